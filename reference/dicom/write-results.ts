// Writes the results that reference/dicom/read_results.py reads with other programs:
//   npx tsx --conditions=source reference/dicom/write-results.ts FOLDER
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceResults } from '../../stages/imaging/src/archive/results.fixture.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('expected the folder to write to');
mkdirSync(folder, { recursive: true });
for (const [name, { bytes }] of Object.entries(referenceResults().objects))
  writeFileSync(join(folder, `${name}.dcm`), bytes);
