import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type DataElement,
  type DataElements,
  elementOf,
  elementTexts,
  type PlainElement,
} from '../data-element.ts';
import { readDataset } from '../dataset.ts';
import { publicAttribute } from '../dictionary.ts';
import { readElements } from '../read-elements.ts';
import { explicitLittleEndian } from '../transfer-syntax.ts';
import { elementsFrom } from '../write.ts';
import { writeElements } from '../write-elements.ts';
import { confidentialityProfileData } from './confidentiality-profile-data.ts';
import type { ProfileOption } from './confidentiality-profile.ts';
import { deidentify } from './deidentify.ts';
import { remappedUid, shiftDays } from './keyed-hash.ts';
import { shiftedDate } from './shift-dates.ts';

const key = new Uint8Array(32).fill(7);
const subject = 'sub-test';
const days = shiftDays(key, subject);

interface Row {
  readonly tag: number;
  readonly keyword: string;
  readonly basic: string;
  readonly options: { readonly [option: string]: string };
  readonly vr: string;
}

/** The rows as the table has them, read apart from the code under test. */
const rows: readonly Row[] = confidentialityProfileData.map((line) => {
  const [tag, keyword, basic, ...options] = line.split(' ') as [string, string, string, ...string[]];
  const number = Number.parseInt(tag.replace('50xxxxxx', '50001001').replaceAll('x', '0'), 16);
  const vr = publicAttribute(number)?.vr ?? 'UN';
  return {
    tag: number,
    keyword,
    basic,
    options: Object.fromEntries(options.map((one) => one.split(':'))),
    vr,
  };
});
const inFiles = rows.filter(({ tag }) => tag >>> 16 > 2);

const canaryUid = (tag: number) => `1.2.826.0.1.3680043.77.${tag}`;
const canary = (tag: number) => `CNRY${tag.toString(16).padStart(8, '0').toUpperCase()}`;
const canaries: { readonly [vr: string]: (tag: number) => string } = {
  AS: () => '067Y',
  DA: () => '20260105',
  DS: () => '77123.25',
  DT: () => '20260105143059.123456',
  IS: () => '77123',
  TM: () => '143059.123456',
  UI: canaryUid,
};
const binary = Buffer.from('CNRYCNRY');

function filled(tag: number, vr: string): DataElement {
  const plain = (bytes: Uint8Array): PlainElement => ({ tag, vr, creator: null, bytes });
  if (vr === 'SQ') {
    const inside = elementsFrom({
      PatientName: canary(tag),
      ReferencedSOPInstanceUID: canaryUid(tag),
      CodeMeaning: 'a meaning',
    });
    return { tag, vr, creator: null, items: [inside] };
  }
  if (/^(FD|FL|OB|OD|OF|OL|OV|OW|SL|SS|SV|UL|UN|US|UV|AT)$/.test(vr))
    return plain(vr === 'US' || vr === 'SS' ? binary.subarray(0, 2) : binary);
  return plain(Buffer.from((canaries[vr] ?? canary)(tag)));
}

const image = elementsFrom({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.4', Modality: 'MR' });
const pixels: DataElement = { tag: 0x7fe00010, vr: 'OW', creator: null, bytes: new Uint8Array(8) };

/** Every row of the table filled, at the top and inside two sequences. */
function source(): Uint8Array {
  const own = inFiles.map(({ tag, vr }) => filled(tag, vr));
  const deep: DataElement = { tag: 0x00189112, vr: 'SQ', creator: null, items: [own] };
  const groups: DataElement = { tag: 0x52009229, vr: 'SQ', creator: null, items: [[deep]] };
  return writeElements([...image, ...own, groups, pixels], explicitLittleEndian);
}

function through(bytes: Uint8Array, options: readonly ProfileOption[]) {
  const dataset = readDataset(bytes, 'x');
  if (!dataset.ok) throw new Error(dataset.issues[0]!.message);
  const done = deidentify(dataset.value, {
    key,
    subject,
    options: new Set(options),
    identifiers: new Set(),
  });
  if (!done.ok) throw new Error(done.issues[0]!.message);
  const back = readDataset(done.value.bytes, 'y');
  const elements = back.ok ? readElements(back.value) : back;
  if (!elements.ok) throw new Error(elements.issues[0]!.message);
  return { ...done.value, elements: elements.value };
}

/** What must have come of a row: the table's action in the words of the standard. */
function expected({ basic, options, vr }: Row, chosen: readonly ProfileOption[]): string {
  const says = (action: string) => chosen.filter((option) => options[option] === action);
  const cleaning = says('C');
  if (cleaning.includes('modifiedDates') && /^(DA|DT|TM)$/.test(vr)) return 'shifted';
  if (vr === 'SQ' && cleaning.some((option) => option === 'descriptors' || option === 'patient'))
    return 'inside';
  // The canaries hold no imaging term: cleaning leaves nothing of them, and the basic action stands.
  if (says('K').length > 0 && !cleaning.includes('descriptors')) return vr === 'SQ' ? 'inside' : 'kept';
  if (basic === 'D' && vr === 'UI') return 'uid';
  return basicOutcomes[basic]!;
}

const basicOutcomes: { readonly [basic: string]: string } = {
  X: 'gone',
  Z: 'empty',
  D: 'dummy',
  'Z/D': 'dummy',
  'X/Z': 'empty',
  'X/D': 'dummy',
  'X/Z/D': 'dummy',
  U: 'uid',
  'X/Z/U*': 'inside',
};

function outcome(row: Row, element: DataElement | null, chosen: readonly ProfileOption[]): string {
  if (element === null) return 'gone';
  if ('items' in element) return sequenceOutcome(row, element.items, chosen);
  if (!('bytes' in element)) return 'fragments';
  if (element.bytes.length === 0) return 'empty';
  const before = filled(row.tag, row.vr) as PlainElement;
  const [was, is] = [before, element].map((one) => elementTexts(one, [])[0]!) as [string, string];
  if (is === remappedUid(key, was)) return 'uid';
  if (/^(DA|DT)$/.test(row.vr) && is === shiftedDate(row.vr, was, days)) return 'shifted';
  const same = Buffer.from(element.bytes).subarray(0, before.bytes.length).equals(before.bytes);
  return same ? 'kept' : 'dummy';
}

function sequenceOutcome(
  { tag }: Row,
  items: readonly DataElements[],
  chosen: readonly ProfileOption[],
): string {
  if (items.length === 0) return 'empty';
  const value = (at: number) => {
    const element = elementOf(items[0]!, at);
    return element && 'bytes' in element ? (elementTexts(element, [])[0] ?? '') : null;
  };
  const uid = value(0x00081155);
  const kept = chosen.includes('uids') && value(0x00080104) === 'a meaning';
  expect([tag, uid]).toEqual([tag, kept ? canaryUid(tag) : remappedUid(key, canaryUid(tag))]);
  const name = value(0x00100010);
  if (value(0x00080104) === 'a meaning' && name === '') return 'inside';
  return name === 'REMOVED' && value(0x00080104) === 'REMOVED' ? 'dummy' : `name ${name}`;
}

/** Attributes in which de-identification states the pseudonym; at the top only. */
const stated = new Set(['PatientName', 'PatientID']);

const optionSets: readonly (readonly ProfileOption[])[] = [
  [],
  ['modifiedDates', 'descriptors', 'safePrivate'],
  ['modifiedDates', 'descriptors', 'safePrivate', 'device', 'patient'],
  ['fullDates', 'uids', 'institution'],
  ['patient'],
  ['device'],
];

describe.each(optionSets.map((options) => ({ options, name: options.join(', ') || 'no option' })))(
  'with $name, every attribute of table E.1-1',
  ({ options }) => {
    const { bytes, elements, actions } = through(source(), options);
    const shared = elementOf(elements, 0x52009229);
    const timing = shared && 'items' in shared ? elementOf(shared.items[0]!, 0x00189112) : null;
    const inside = timing && 'items' in timing ? timing.items[0]! : [];

    it('is treated as the table says, at the top and inside two sequences', () => {
      expect(inFiles.length).toBeGreaterThan(645);
      for (const row of inFiles) {
        const wanted = expected(row, options);
        for (const [level, list] of [
          ['top', elements],
          ['inside', inside],
        ] as const) {
          if (level === 'top' && stated.has(row.keyword)) continue;
          const found = outcome(row, elementOf(list, row.tag), options);
          // A time stays as it is when its date is shifted by whole days.
          const accepted = wanted === 'shifted' && row.vr === 'TM' ? 'kept' : wanted;
          expect([row.keyword, level, found]).toEqual([row.keyword, level, accepted]);
        }
      }
    });

    it('leaves no trace of its value but what the options keep', () => {
      const kept =
        options.includes('device') || options.includes('patient') || options.includes('institution');
      if (!kept) expect(Buffer.from(bytes).includes('CNRY')).toBe(false);
      expect(Buffer.from(bytes).includes('20260105')).toBe(
        options.includes('fullDates') || (options.includes('device') && !options.includes('modifiedDates')),
      );
      expect(Buffer.from(bytes).includes('1.2.826.0.1.3680043.77')).toBe(
        options.includes('uids') || options.includes('device'),
      );
    });

    it('is counted, twice for two places, without its value', () => {
      const said = JSON.stringify(actions);
      expect(said).not.toContain('CNRY');
      for (const row of inFiles) {
        if (expected(row, options) !== 'gone') continue;
        const tag = row.tag.toString(16).padStart(8, '0');
        const name = publicAttribute(row.tag) ? `(${tag.slice(0, 4)},${tag.slice(4)})` : 'unknown';
        expect([name, (actions[name]?.removed ?? 0) >= 2]).toEqual([name, true]);
      }
    });
  },
);

describe('the table', () => {
  it('is the one that two other programs took from the standard', () => {
    const golden = JSON.parse(
      readFileSync(
        resolve(import.meta.dirname, '../../../../reference/dicom/confidentiality-profile.json'),
        'utf8',
      ),
    ) as { rows: number; differences: unknown[]; sha256: string };
    expect([golden.rows, golden.differences]).toEqual([rows.length, []]);
    const lines = confidentialityProfileData.map((line) => {
      const [tag, , basic, ...options] = line.split(' ');
      const cells = [['basic', basic], ...options.map((option) => option.split(':'))];
      const sorted = cells.sort(([a], [b]) => (a! < b! ? -1 : 1));
      return `${tag} {${sorted.map(([name, action]) => `"${name}": "${action}"`).join(', ')}}`;
    });
    expect(createHash('sha256').update(lines.sort().join('\n')).digest('hex')).toBe(golden.sha256);
  });

  it('names every attribute as the dictionary does', () => {
    for (const { tag, keyword } of rows) {
      const known = publicAttribute(tag);
      if (known && tag >>> 24 !== 0x50) expect(known.keyword).toBe(keyword);
    }
  });
});
