import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { array, assert, integer, nat, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DataElement, type DataElements, elementOf, elementTexts } from './data-element.ts';
import { type Dataset, number, numbers, readDataset, text } from './dataset.ts';
import { publicAttribute, tagOfKeyword } from './dictionary.ts';
import { items } from './items.ts';
import { attributes, type Keyword } from './keywords.ts';
import { readElements } from './read-elements.ts';
import { explicitLittleEndian, implicitLittleEndian } from './transfer-syntax.ts';
import { type DicomElements, elementsFrom } from './write.ts';
import { writeElements } from './write-elements.ts';

const shared = resolve(import.meta.dirname, '../../../../shared/data/dicom');
const present = existsSync(join(shared, 'MANIFEST.csv'));
if (!present) process.stderr.write('elements: tests on real files skipped, ../shared/data/dicom is absent\n');

const image: DicomElements = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.4.1', SOPInstanceUID: '2.25.1' };
const frames: DicomElements = {
  ...image,
  SpecificCharacterSet: 'ISO_IR 192',
  SharedFunctionalGroupsSequence: [
    { PixelMeasuresSequence: [{ PixelSpacing: [1.5, 1.25], SliceThickness: 8 }] },
  ],
  PerFrameFunctionalGroupsSequence: [0, 1, 2].map((z) => ({
    PlanePositionSequence: [{ ImagePositionPatient: [0, 0, z * 8] }],
    FrameContentSequence: [{ TemporalPositionIndex: z + 1, StackID: `Stäck ${z}` }],
  })),
};

function datasetOf(bytes: Uint8Array): Dataset {
  const read = readDataset(bytes, 'x');
  if (!read.ok) throw new Error(read.issues[0]!.message);
  return read.value;
}

function elementsIn(bytes: Uint8Array): DataElements {
  const read = readElements(datasetOf(bytes));
  if (!read.ok) throw new Error(read.issues[0]!.message);
  return read.value;
}

/** A data set by hand: [tag, VR or '' for implicit, length, value] of each element. */
function bytesOf(...parts: readonly (readonly [number, string, number, ...Uint8Array[]])[]): Buffer {
  return Buffer.concat(
    parts.flatMap(([tag, vr, length, ...value]) => {
      const long = /^(OB|OW|SQ|UN|UT)$/.test(vr);
      const head = Buffer.alloc(long ? 12 : 8);
      head.writeUInt16LE(tag >>> 16, 0);
      head.writeUInt16LE(tag & 0xffff, 2);
      head.write(vr, 4, 'latin1');
      if (vr !== '' && !long) head.writeUInt16LE(length, 6);
      else head.writeUInt32LE(length, long ? 8 : 4);
      return [head, ...value];
    }),
  );
}

const endless = 0xffffffff;
const itemTag = 0xfffee000;
const itemEnd = bytesOf([0xfffee00d, '', 0]);
const sequenceEnd = bytesOf([0xfffee0dd, '', 0]);
const latin1 = (value: string) => Buffer.from(value, 'latin1');

describe('items of a sequence', () => {
  const dataset = datasetOf(writeElements(elementsFrom(frames), explicitLittleEndian));

  it('give what lies inside them, level by level, in the character set around them', () => {
    const [measures] = items(items(dataset, 'SharedFunctionalGroupsSequence')[0]!, 'PixelMeasuresSequence');
    expect(numbers(measures!, 'PixelSpacing')).toEqual([1.5, 1.25]);
    const perFrame = items(dataset, 'PerFrameFunctionalGroupsSequence');
    expect(
      perFrame.map((frame) => number(items(frame, 'FrameContentSequence')[0]!, 'TemporalPositionIndex')),
    ).toEqual([1, 2, 3]);
    expect(
      perFrame.map((frame) => numbers(items(frame, 'PlanePositionSequence')[0]!, 'ImagePositionPatient')[2]),
    ).toEqual([0, 8, 16]);
    expect(text(items(perFrame[1]!, 'FrameContentSequence')[0]!, 'StackID')).toBe('Stäck 1');
    expect(number(perFrame[0]!, 'TemporalPositionIndex')).toBeNull();
    expect(items(dataset, 'PixelMeasuresSequence')).toEqual([]);
    expect(items(dataset, 'SOPInstanceUID')).toEqual([]);
  });

  it('are the same with delimiters in the place of lengths, explicit, implicit and as UN', () => {
    const position = attributes.ImagePositionPatient[0];
    const value = latin1('1\\2\\3 ');
    const explicitItem = bytesOf([itemTag, '', endless, bytesOf([position, 'DS', 6, value]), itemEnd]);
    const implicitItem = bytesOf([itemTag, '', endless, bytesOf([position, '', 6, value]), itemEnd]);
    const first = bytesOf([0x00080016, 'UI', 4, latin1('1.2\0')]);
    const implicitFirst = bytesOf([0x00080016, '', 4, latin1('1.2\0')]);
    const plane = attributes.PlanePositionSequence[0];
    for (const bytes of [
      Buffer.concat([first, bytesOf([plane, 'SQ', endless, explicitItem, explicitItem, sequenceEnd])]),
      Buffer.concat([first, bytesOf([plane, 'UN', endless, implicitItem, implicitItem, sequenceEnd])]),
      Buffer.concat([first, bytesOf([plane, 'SQ', endless, implicitItem, explicitItem, sequenceEnd])]),
      Buffer.concat([implicitFirst, bytesOf([plane, '', endless, implicitItem, implicitItem, sequenceEnd])]),
      Buffer.concat([first, bytesOf([plane, 'UN', 2 * implicitItem.length, implicitItem, implicitItem])]),
    ]) {
      expect(
        items(datasetOf(bytes), 'PlanePositionSequence').map((entry) =>
          numbers(entry, 'ImagePositionPatient'),
        ),
      ).toEqual([
        [1, 2, 3],
        [1, 2, 3],
      ]);
      const sequence = elementOf(elementsIn(bytes), plane);
      expect(sequence && 'items' in sequence && sequence.items.map((list) => list[0]?.vr)).toEqual([
        'DS',
        'DS',
      ]);
    }
  });
});

describe('every element', () => {
  it('keeps private ones apart by their creators, also inside items', () => {
    const inside = bytesOf(
      [0x00290010, 'LO', 6, latin1('INNER ')],
      [0x00291001, 'DS', 2, latin1('7 ')],
      [0x00291101, 'DS', 2, latin1('8 ')],
    );
    const bytes = bytesOf(
      [0x00080016, 'UI', 4, latin1('1.2\0')],
      [0x00290011, 'LO', 6, latin1('OUTER ')],
      [0x00291101, 'UN', 2, latin1('9 ')],
      [0x00291140, 'SQ', 8 + inside.length, bytesOf([itemTag, '', inside.length, inside])],
    );
    const read = elementsIn(bytes);
    expect(read.map(({ tag, creator, vr }) => [tag.toString(16), creator, vr])).toEqual([
      ['80016', null, 'UI'],
      ['290011', null, 'LO'],
      ['291101', 'OUTER', 'UN'],
      ['291140', 'OUTER', 'SQ'],
    ]);
    const nested = read[3]!;
    expect('items' in nested && nested.items[0]!.map(({ creator }) => creator)).toEqual([
      null,
      'INNER',
      null,
    ]);
  });

  it('of an unknown VR is passed over by the length its form says', () => {
    const long = bytesOf([0x00080016, 'UI', 4, latin1('1.2\0')], [0x00091001, 'UN', 2, latin1('ab')]);
    long.write('ZZ', 12 + 4, 'latin1');
    const short = bytesOf([0x00080016, 'UI', 4, latin1('1.2\0')], [0x00091001, 'ZZ', 2, latin1('ab')]);
    for (const bytes of [long, short]) {
      const last = elementsIn(bytes).at(-1)!;
      expect([last.vr, 'bytes' in last && Buffer.from(last.bytes).toString()]).toEqual(['ZZ', 'ab']);
    }
  });

  it('is written and read back the same, and again to the same bytes', () => {
    const once = writeElements(elementsFrom(frames), explicitLittleEndian);
    const again = writeElements(elementsIn(once), explicitLittleEndian);
    expect(Buffer.from(again).equals(once)).toBe(true);
  });

  it('longer than its VR can say is written as UN, and read with its VR all the same', () => {
    const comments = elementsFrom({ ...image, ImageComments: 'x'.repeat(70_000) });
    const back = elementOf(elementsIn(writeElements(comments, explicitLittleEndian)), 0x00204000)!;
    expect([back.vr, 'bytes' in back && back.bytes.length]).toEqual(['LT', 70_000]);
  });

  it('of compressed pixels stays as it is, under its transfer syntax', () => {
    const jpeg2000 = '1.2.840.10008.1.2.4.90';
    const pixels: DataElement = {
      tag: 0x7fe00010,
      vr: 'OB',
      creator: null,
      fragments: [new Uint8Array(0), Uint8Array.of(1, 2, 3, 4)],
    };
    const file = writeElements([...elementsFrom(image), pixels], jpeg2000);
    expect(datasetOf(file).transferSyntax).toBe(jpeg2000);
    expect(elementOf(elementsIn(file), 0x7fe00010)).toEqual(pixels);
    expect(() => writeElements([...elementsFrom(image), pixels], implicitLittleEndian)).toThrow(
      'expected a compressed transfer syntax',
    );
  });

  it('refuses nesting and numbers of elements that no real object has', () => {
    let deep: Uint8Array = new Uint8Array(0);
    for (let level = 0; level < 40; level++)
      deep = bytesOf([0x00081140, 'SQ', deep.length + 8, bytesOf([itemTag, '', deep.length, deep])]);
    const file = Buffer.concat([bytesOf([0x00080016, 'UI', 4, latin1('1.2\0')]), deep]);
    expect(readElements(datasetOf(file)).issues[0]?.message).toBe('expected at most 32 nested sequences');
    const empty = bytesOf([0x00081140, 'SQ', 8 * 1_000_001, Buffer.alloc(8 * 1_000_001)]);
    for (let at = 12; at < empty.length; at += 8) empty.set(bytesOf([itemTag, '', 0]), at);
    const many = Buffer.concat([bytesOf([0x00080016, 'UI', 4, latin1('1.2\0')]), empty]);
    expect(readElements(datasetOf(many)).issues[0]?.message).toBe('expected at most 1000000 elements');
  });

  it('never throws, whatever bits are flipped and wherever the file ends', () => {
    const good = writeElements(elementsFrom(frames), explicitLittleEndian);
    assert(
      property(
        array(tuple(nat(good.length - 1), integer({ min: 1, max: 255 })), { maxLength: 12 }),
        nat(good.length),
        (flips, length) => {
          const bytes = good.slice(0, length);
          for (const [at, bits] of flips) if (at < length) bytes[at] = bytes[at]! ^ bits;
          const read = readDataset(bytes, 'x');
          if (!read.ok) return;
          expect(readElements(read.value).issues).toBeDefined();
          for (const frame of items(read.value, 'PerFrameFunctionalGroupsSequence'))
            expect(items(frame, 'FrameContentSequence').length).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 400, seed: 11 },
    );
  });
});

describe('the dictionary', () => {
  it('agrees with the table of the keywords that this software uses', () => {
    for (const keyword of Object.keys(attributes) as Keyword[]) {
      const [tag, vr] = attributes[keyword];
      const isPrivate = (tag >>> 16) % 2 === 1;
      if (isPrivate) continue;
      const known = publicAttribute(tag);
      expect([keyword, known?.keyword, tagOfKeyword(keyword)]).toEqual([keyword, keyword, tag]);
      expect([keyword, known?.vr === 'xs' ? 'US' : known?.vr]).toEqual([keyword, vr]);
    }
  });

  it('knows repeating groups, and nothing private or unheard of', () => {
    expect(publicAttribute(0x60023000)).toMatchObject({ vr: 'OW', keyword: 'OverlayData' });
    expect(publicAttribute(0x60020010)?.keyword).toBe('OverlayRows');
    expect(publicAttribute(0x60031010)).toBeNull();
    expect(publicAttribute(0x00080001 + 0xf000)).toBeNull();
  });
});

describe.skipIf(!present)('real files', () => {
  it('read whole have the values that reading by keyword gives, and are written back with them', () => {
    const [, ...lines] = readFileSync(join(shared, 'MANIFEST.csv'), 'utf8').trim().split(/\r?\n/);
    const counts = { whole: 0, same: 0, refused: 0 };
    for (const line of lines) {
      const path = line.split(',')[0]!.replaceAll('"', '');
      const dataset = readDataset(readFileSync(join(shared, path)), path);
      if (!dataset.ok) continue;
      const read = readElements(dataset.value);
      if (!read.ok) {
        counts.refused++;
        process.stderr.write(`elements: ${path}: ${read.issues[0]!.message}\n`);
        continue;
      }
      counts.whole++;
      const uid = elementOf(read.value, 0x00080018);
      if (uid === null || !('bytes' in uid)) continue;
      expect(elementTexts(uid, [])[0] ?? '').toBe(text(dataset.value, 'SOPInstanceUID'));
      if (text(dataset.value, 'SOPClassUID') === '' || text(dataset.value, 'SOPInstanceUID') === '') continue;
      const file = writeElements(read.value, dataset.value.transferSyntax);
      expect([path, comparable(elementsIn(file))]).toEqual([path, comparable(read.value)]);
      counts.same++;
    }
    process.stderr.write(`elements: ${JSON.stringify(counts)}\n`);
    expect(counts.same).toBeGreaterThan(150);
  });
});

/** What a file written from these elements must hold: even lengths, no group lengths. */
function comparable(elements: DataElements): unknown {
  return elements
    .filter(({ tag }) => (tag & 0xffff) !== 0)
    .map((element) => {
      const { tag, vr, creator } = element;
      if ('items' in element) return [tag, vr, creator, element.items.map(comparable)];
      if ('fragments' in element)
        return [tag, vr, element.fragments.map(({ length }) => length + (length & 1))];
      return [tag, vr, creator, element.bytes.length + (element.bytes.length & 1)];
    });
}
