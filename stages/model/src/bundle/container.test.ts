import { zipSync } from 'fflate';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Entries, packEntries, unpackEntries } from './container.ts';

const text = (words: string) => new TextEncoder().encode(words);
const entries: Entries = new Map([
  ['member-1.onnx', Uint8Array.from({ length: 60 }, (_, place) => place % 251)],
  ['forecast.json', text('{}')],
  ['card.json', text('{"name":"x"}')],
]);
const inOrder = ['card.json', 'forecast.json', 'member-1.onnx'].map(
  (name) => [name, entries.get(name)!] as const,
);
const packed = packEntries(entries);
const unpacked = (bytes: Uint8Array) => {
  const read = unpackEntries(bytes, 'm.myocast');
  return read.ok ? 'read' : read.issues;
};
const refusal = (message: RegExp, kind = 'not-readable') => [
  { kind, path: 'm.myocast', message: expect.stringMatching(message) as string },
];
const stored = { level: 0, mtime: new Date(1980, 0, 2) } as const;

describe('the container of a bundle', () => {
  it('gives its entries back, the card first, and the same bytes for another order', () => {
    const read = unpackEntries(packed, 'm');
    expect(read.ok && [...read.value.keys()]).toEqual(['card.json', 'forecast.json', 'member-1.onnx']);
    expect(read.ok && [...read.value]).toEqual(inOrder);
    expect(packEntries(new Map(inOrder.toReversed()))).toEqual(packed);
  });

  it('is a plain ZIP with the date 2 January 1980, whatever the zone of the machine', () => {
    const view = new DataView(packed.buffer, packed.byteOffset);
    expect(view.getUint32(0, true)).toBe(0x04034b50);
    // Time 0; date: 0 years after 1980, month 1, day 2. Method 0: stored.
    expect([view.getUint16(8, true), view.getUint16(10, true), view.getUint16(12, true)]).toEqual([0, 0, 34]);
  });

  it.each([
    ['nothing', new Uint8Array(0), /found nothing/],
    ['text', text('{"name": 1}'), /begins with 7b 22 6e 61/],
    ['a ZIP signature alone', packed.subarray(0, 4), /cut off or damaged/],
    ['half of it', packed.subarray(0, packed.length >> 1), /cut off or damaged/],
    ['an archive without a card', zipSync({ 'forecast.json': text('{}') }, stored), /without card\.json/],
    [
      'a path',
      zipSync({ 'card.json': text('{}'), '../card.json': text('{}') }, stored),
      /the entry "\.\.\/card/,
    ],
    [
      'another file',
      zipSync({ 'card.json': text('{}'), 'run.js': text('1') }, stored),
      /the entry "run\.js"/,
    ],
    [
      'what unpacks to 64 MB',
      zipSync({ 'card.json': text('{}'), 'forecast.json': new Uint8Array(2 ** 26) }, { level: 9 }),
      /in which card\.json is compressed/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(unpacked(bytes)).toEqual(refusal(message));
  });

  it('refuses entries that lie over each other: an archive never holds more than its own size', () => {
    const card = text(`{"x":"${'a'.repeat(2000)}"}`);
    const bytes = zipSync({ 'card.json': card, 'forecast.json': text('{}') }, stored);
    // The second entry's sizes and place in the central directory become those of the first.
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const central = view.getUint32(bytes.length - 6, true);
    const second = central + 46 + 'card.json'.length;
    view.setUint32(second + 20, card.length, true);
    view.setUint32(second + 24, card.length, true);
    view.setUint32(second + 42, 0, true);
    expect(unpacked(bytes)).toEqual(refusal(/larger than itself/));
  });

  it('refuses what is around or between the entries, other dates and another order', () => {
    const others = /the bytes that the entries of a model bundle give/;
    for (const bytes of [
      Uint8Array.from([...packed, 0]),
      zipSync(Object.fromEntries(entries), stored),
      zipSync(Object.fromEntries(inOrder), { level: 0, mtime: new Date(1990, 0, 2) }),
      zipSync(Object.fromEntries(inOrder), { ...stored, comment: 'x' }),
    ])
      expect(unpacked(bytes)).toEqual(refusal(others, 'bad-value'));
    expect(zipSync(Object.fromEntries(inOrder), stored)).toEqual(packed);
  });

  it('is refused with one issue, and never throws, whichever bit of it changes', () => {
    for (let bit = 0; bit < packed.length * 8; bit++) {
      const bytes = packed.slice();
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      expect(unpacked(bytes), `bit ${bit}`).toHaveLength(1);
    }
  });

  it('refuses every beginning of it, and any bytes after a ZIP signature', () => {
    for (let length = 0; length < packed.length; length++)
      expect(unpacked(packed.subarray(0, length))).toHaveLength(1);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 0, max: packed.length }),
        (noise, cut) => {
          expect(unpacked(Uint8Array.from([0x50, 0x4b, 3, 4, ...noise]))).toHaveLength(1);
          const end = packed.subarray(packed.length - cut);
          if (noise.length > 0)
            expect(unpacked(Uint8Array.from([...packed.subarray(0, 4), ...noise, ...end]))).toHaveLength(1);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('takes no entry that a bundle does not have', () => {
    expect(() => packEntries(new Map([['a.txt', text('')]]))).toThrow(
      'packEntries: expected an entry of a bundle',
    );
    expect(() => packEntries(new Map([['forecast.json', text('')]]))).toThrow('expected card.json');
  });
});
