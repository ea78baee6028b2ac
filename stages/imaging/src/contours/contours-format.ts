import { accepted, type Checked, issue, refused } from '@myocast/base';
import { items, readDataset, text } from '@myocast/dicom';
import { readSeriesSource } from '../archive/series-source.ts';
import { type MaskName, maskNames, maskSources } from '../records.ts';
import type { Correction } from './corrections-record.ts';
import { parseContours } from './read-contours.ts';
import { bytesAt } from './text-contours.ts';

/** What contours come as, told by their bytes. */
export function formatOfContours(bytes: Uint8Array): Correction['from'] {
  if (String.fromCharCode(...bytes.subarray(128, 132)) === 'DICM') return 'dicom-seg';
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const firstWords = String.fromCharCode(...bytes.subarray(0, 4));
  if (isGzip || ['\u005c\u0001\u0000\u0000', '\u0000\u0000\u0001\u005c'].includes(firstWords)) return 'nifti';
  return /^\s*[{[]/.test(new TextDecoder().decode(bytes.subarray(0, 64))) ? 'polygons' : 'text';
}

/**
 * The series that contours are of: as a file of polygons says, or as the images say that a segmentation
 * object names. A NIfTI mask or text says nothing, and neither does a file of several series.
 *
 * @param asked what the caller takes it for; null leaves it to the file
 * @returns refused when the file does not say it and nobody else does, or says another
 */
export async function kindOfContours(
  examFolder: string,
  path: string | undefined,
  asked: MaskName | null,
): Promise<Checked<MaskName>> {
  if (path === undefined) return refused(issue('empty-input', examFolder, 'expected contours, found none'));
  const bytes = await bytesAt(path);
  if (!(bytes instanceof Uint8Array)) return refused(bytes);
  const said = await kindsSaid(formatOfContours(bytes), bytes, path, examFolder);
  if (asked !== null) return said.ok ? agreed(asked, said.value, path) : accepted(asked);
  return said.ok ? theOne(said.value, path) : said;
}

function agreed(asked: MaskName, kinds: readonly MaskName[], path: string): Checked<MaskName> {
  if (kinds.length === 0 || kinds.includes(asked)) return accepted(asked);
  const message = `expected contours of ${asked}, found those of ${kinds.join(', ')}`;
  return refused(issue('bad-value', path, message));
}

function theOne(kinds: readonly MaskName[], path: string): Checked<MaskName> {
  if (kinds.length === 1) return accepted(kinds[0]!);
  const found = kinds.length > 1 ? `the file holds ${kinds.join(', ')}` : 'the file does not say it';
  const message = `expected --kind ${maskNames.join(', ')}, found none, and ${found}`;
  return refused(issue('missing-value', path, message));
}

/** None where a format does not say it; refused where the file cannot be read. */
async function kindsSaid(
  format: Correction['from'],
  bytes: Uint8Array,
  path: string,
  examFolder: string,
): Promise<Checked<readonly MaskName[]>> {
  if (format === 'polygons') {
    const file = parseContours(new TextDecoder().decode(bytes), path);
    return file.ok ? accepted([...new Set(file.value.series.map(({ kind }) => kind))]) : file;
  }
  return format === 'dicom-seg' ? kindsOfImages(bytes, path, examFolder) : accepted([]);
}

/** The series of the exam whose images the object names. */
async function kindsOfImages(
  bytes: Uint8Array,
  path: string,
  examFolder: string,
): Promise<Checked<readonly MaskName[]>> {
  const dataset = readDataset(bytes, path);
  if (!dataset.ok) return dataset;
  const named = new Set(
    items(dataset.value, 'ReferencedSeriesSequence')
      .flatMap((series) => items(series, 'ReferencedInstanceSequence'))
      .map((image) => text(image, 'ReferencedSOPInstanceUID')),
  );
  const kinds: MaskName[] = [];
  for (const name of maskNames) {
    const source = await readSeriesSource(examFolder, maskSources[name].series);
    const instances = source.ok ? source.value.stack.instances : [];
    if (instances.some((one) => one !== null && named.has(one.sopInstanceUid))) kinds.push(name);
  }
  return accepted(kinds);
}
