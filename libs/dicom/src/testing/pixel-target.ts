import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readDataset } from '../dataset.ts';
import { attributes } from '../keywords.ts';
import { pixelKeyword } from '../pixel-layout.ts';
import { readDicom } from '../read.ts';
import type { FuzzTarget } from './fuzz-target.ts';

const folder = resolve(import.meta.dirname, '../../../../reference/dicom/encoded');

/** Every transfer syntax through `readDicom`: elements, fragments and codecs. */
export const pixelTarget = {
  name: 'dicom pixels',
  seeds: () =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.dcm'))
      .map((name) => {
        const bytes = new Uint8Array(readFileSync(resolve(folder, name)));
        return { name, bytes, from: startOfPixels(bytes, name) };
      }),
  read: readDicom,
} satisfies FuzzTarget;

function startOfPixels(bytes: Uint8Array, name: string): number {
  const dataset = readDataset(bytes, name);
  const keyword = dataset.ok ? pixelKeyword(dataset.value) : null;
  if (!dataset.ok || keyword === null || dataset.value.bytes.length !== bytes.length) return 0;
  return dataset.value.elements.get(attributes[keyword][0])!.offset;
}
