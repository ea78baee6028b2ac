import type { Dataset } from './dataset.ts';
import type { ElementPlace } from './element-scan.ts';
import { bitsOfFrames, type PixelLayout } from './pixel-layout.ts';
import { newStoredValues, type StoredValues, viewStoredValues } from './stored-values.ts';

/**
 * The stored values of `count` frames of an uncompressed image from frame `first` on.
 * The place must hold them; the caller checks.
 */
export function uncompressedFrames(
  { bytes: file, littleEndian }: Dataset,
  { vr, offset, length }: ElementPlace,
  layout: PixelLayout,
  first: number,
  count: number,
): StoredValues {
  const value = file.subarray(offset, offset + length);
  const start = bitsOfFrames(layout, first);
  const end = bitsOfFrames(layout, first + count);
  const width = littleEndian ? 1 : swapWidth(vr, layout.bits);
  if (isPacked(layout.bits)) {
    const bytes = width === 1 ? value : swapped(value, 0, value.length, width);
    return unpack(bytes, start / layout.bits, end / layout.bits, layout);
  }
  const bytes = swapped(value, start / 8, end / 8, width);
  const values = viewStoredValues(layout, bytes.buffer);
  if (layout.halved) return shareColour(values);
  return layout.planar ? interleave(values, count, layout.samplesPerPixel) : values;
}

/** How many bytes change their order: words of 16 bits even where a pixel has 8 (PS3.5 7.3, annex A.3). */
function swapWidth(vr: string, bits: number): number {
  return bits > 12 ? bits / 8 : vr === 'OW' ? 2 : 1;
}

/** A copy: the values outlive the file, and a view on 16 bits must start at an even byte. */
function swapped(value: Uint8Array, start: number, end: number, width: number): Uint8Array<ArrayBuffer> {
  if (width === 1) return new Uint8Array(value.subarray(start, end));
  const bytes = new Uint8Array(end - start);
  for (let at = start; at < end; at++) {
    const word = Math.floor(at / width) * width;
    bytes[at - start] = value[2 * word + width - 1 - at] ?? value[at]!;
  }
  return bytes;
}

/** Pixels that do not fill whole bytes lie side by side without a gap. */
function isPacked(bits: number): boolean {
  return bits % 8 !== 0;
}

/** The first pixel is in the lowest bits (PS3.5 D); a frame may begin within a byte. */
function unpack(bytes: Uint8Array, first: number, last: number, layout: PixelLayout): StoredValues {
  const { bits, signed } = layout;
  const result = newStoredValues(layout, last - first);
  const [mask, spare] = [(1 << bits) - 1, signed && bits > 1 ? 32 - bits : 0];
  for (let pixel = first; pixel < last; pixel++) {
    const [at, shift] = [Math.floor((pixel * bits) / 8), (pixel * bits) % 8];
    const word = bytes[at]! | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    result[pixel - first] = (((word >> shift) & mask) << spare) >> spare;
  }
  return result;
}

/** From Y Y Cb Cr for two pixels to Y Cb Cr, Y Cb Cr (PS3.3 C.7.6.3.1.2). */
function shareColour(values: StoredValues): StoredValues {
  const full = new (values.constructor as Uint8ArrayConstructor)((values.length / 2) * 3);
  for (let from = 0, to = 0; from + 3 < values.length; from += 4, to += 6) {
    full[to] = values[from]!;
    full[to + 3] = values[from + 1]!;
    full[to + 1] = full[to + 4] = values[from + 2]!;
    full[to + 2] = full[to + 5] = values[from + 3]!;
  }
  return full;
}

/** From one plane per sample to the samples of a pixel side by side. */
function interleave(values: StoredValues, frames: number, samples: number): StoredValues {
  const result = new (values.constructor as Uint8ArrayConstructor)(values.length);
  const area = values.length / frames / samples;
  for (let frame = 0; frame < frames; frame++)
    for (let sample = 0; sample < samples; sample++)
      for (let pixel = 0; pixel < area; pixel++)
        result[(frame * area + pixel) * samples + sample] =
          values[(frame * samples + sample) * area + pixel]!;
  return result;
}
