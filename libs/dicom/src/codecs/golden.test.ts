import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eachFrame, openPixels, readDataset, readDicom, readPixels } from '../index.ts';

const folder = resolve(import.meta.dirname, '../../../../reference/dicom');
const golden = JSON.parse(readFileSync(`${folder}/encoded.json`, 'utf8')) as {
  readonly files: readonly {
    readonly file: string;
    readonly transferSyntax: string;
    readonly shape: readonly number[];
    readonly type: string;
    readonly sha256: string;
  }[];
};

function bytesOf(file: string): Uint8Array {
  return readFileSync(`${folder}/encoded/${file}`);
}

function datasetOf(file: string) {
  const read = readDataset(bytesOf(file), file);
  if (!read.ok) throw new Error(read.issues[0]!.message);
  return read.value;
}

describe('files that other programs encoded', () => {
  it.each(golden.files)('$file has the pixels that its witness gives it', (row) => {
    const dataset = datasetOf(row.file);
    expect(dataset.transferSyntax).toBe(row.transferSyntax);
    const pixels = readPixels(dataset);
    if (!pixels.ok) throw new Error(pixels.issues[0]!.message);
    const { frames, rows, columns, samplesPerPixel, stored } = pixels.value;
    const shape = [frames, rows, columns, samplesPerPixel];
    expect(shape.filter((size) => size > 1)).toEqual(row.shape);
    expect(stored.constructor.name.toLowerCase()).toBe(`${row.type}array`);
    expect(createHash('sha256').update(stored).digest('hex')).toBe(row.sha256);
  });

  it('frames read one at a time are those read at once', () => {
    for (const file of ['rle-cine.dcm', 'fragments-no-table.dcm', 'one-bit.dcm']) {
      const dataset = datasetOf(file);
      const [opened, all] = [openPixels(dataset), readPixels(dataset)];
      if (!opened.ok || !all.ok) throw new Error(file);
      const each = [...eachFrame(opened.value)].flatMap((frame) => (frame.ok ? [...frame.value] : []));
      expect(each).toEqual([...all.value.stored]);
    }
  });

  it('bits above HighBit are no part of an image', () => {
    const [overlaid, plain] = ['overlay-bits.dcm', 'explicit.dcm'].map((file) =>
      readDicom(bytesOf(file), file),
    );
    if (!overlaid?.ok || !plain?.ok) throw new Error('not read');
    expect(overlaid.value.stored).toEqual(plain.value.stored);
  });
});
