import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@myocast/base';
import type { Volume } from '@myocast/dicom';
import { examQuality, findDataset, ingestExam, type QualityMeasure } from '@myocast/imaging';
import { simulate } from '@myocast/simulation';
import {
  cutApex,
  earlyInversion,
  type Fault,
  ghosted,
  lateInversion,
  lateTrigger,
  missedBeat,
  noisy,
  shiftedSlice,
} from './planted-faults.ts';

type Kind = QualityMeasure['series'];
type Measure = QualityMeasure['name'];

/** How many of some stacks a measure put in doubt. */
export interface Alarm {
  readonly measure: Measure;
  readonly series: Kind;
  /** Which images, and what was planted into them. */
  readonly images: string;
  readonly planted: string | null;
  readonly stacks: number;
  readonly alarms: number;
  /** 5th, 50th and 95th percentile of the values. */
  readonly values: readonly [low: number, middle: number, high: number];
}

/** A fault, and the measure that is to see it. */
const cineFaults: readonly (readonly [planted: string, seenBy: Measure, fault: Fault, phases: number])[] = [
  ['one slice shifted by 12 mm', 'slice-shift', shiftedSlice(12), 1],
  ['one slice shifted by 16 mm', 'slice-shift', shiftedSlice(16), 1],
  ['two apical slices lost', 'end-slice-heart', cutApex(2), 2],
  ['three apical slices lost', 'end-slice-heart', cutApex(3), 2],
  ['noise of 12 % of the brightest', 'noise', noisy(0.12), 1],
  ['ghosts of 20 %', 'ghosting', ghosted(0.2), 2],
  ['one slice a fifth of the beat late', 'beat-agreement', lateTrigger(2), 5],
  ['one slice three tenths of the beat late', 'beat-agreement', lateTrigger(3), 5],
  ['one phase from half a beat away', 'phase-jump', missedBeat, 5],
];
const lgeFaults: readonly (readonly [planted: string, seenBy: Measure, fault: Fault])[] = [
  ['noise of 12 % of the brightest', 'noise', noisy(0.12)],
  ['inversion time too short', 'nulling', earlyInversion(0.35)],
  ['inversion time too long', 'nulling', lateInversion(0.45)],
];

/** False alarms on images as they are, and how many planted faults are seen. */
export async function measureQuality(data: string, patients: number): Promise<readonly Alarm[]> {
  const tally = openTally();
  for (const name of folders(join(data, 'acdc'))) {
    const exam = await ingestExam(join(data, 'acdc', name), { subject: name });
    const volume = exam.ok ? exam.value.volumes['cine-sax'] : undefined;
    if (volume) measureCine(tally, 'ACDC, real (end-diastole and end-systole)', volume, name);
  }
  const emidec = await findDataset(join(data, 'emidec'), 'lge-sax');
  for (const stack of emidec?.stacks ?? []) {
    const read = await stack.read();
    if (read.ok)
      measureLge(tally, 'EMIDEC, real (phase-sensitive)', read.value, 'phase-sensitive', stack.name);
  }
  await measurePhantoms(tally, patients);
  return tally.rows();
}

const folders = (path: string) =>
  existsSync(path) ? readdirSync(path).filter((name) => name.startsWith('patient')) : [];

async function measurePhantoms(tally: Tally, patients: number): Promise<void> {
  const out = mkdtempSync(join(tmpdir(), 'recognition-'));
  await simulate({ patients, centres: 8, seed: 4 }, out, { workers: 0 });
  for (const name of readdirSync(join(out, 'exams'))) {
    const exam = await ingestExam(join(out, 'exams', name), { subject: name });
    if (!exam.ok) continue;
    const { 'cine-sax': cine, 'lge-sax': lge } = exam.value.volumes;
    if (cine) measureCine(tally, 'phantoms', cine, name);
    if (!lge) continue;
    measureLge(tally, 'phantoms (phase-sensitive)', lge, 'phase-sensitive', name);
    measureLge(tally, 'phantoms (magnitude)', magnitudeOf(lge), 'magnitude', name);
  }
  rmSync(out, { recursive: true });
}

/** The phantoms' late enhancement is stored with its zero at 1024. */
function magnitudeOf(volume: Volume): Volume {
  const zero = 1024;
  return { ...volume, data: volume.data.map((value) => Math.abs(value - zero)) };
}

function measureCine(tally: Tally, images: string, volume: Volume, name: string): void {
  const see = (one: Volume) => quality('cine-sax', one, null);
  tally.add(images, null, see(volume));
  for (const [planted, seenBy, fault, phases] of cineFaults)
    if (volume.shape[0] >= phases)
      tally.add(images, planted, only(seenBy, see(fault(volume, new Random(`${name} ${planted}`)))));
}

function measureLge(
  tally: Tally,
  images: string,
  volume: Volume,
  variant: 'phase-sensitive' | 'magnitude',
  name: string,
): void {
  const see = (one: Volume) => quality('lge-sax', one, variant);
  tally.add(images, null, see(volume));
  for (const [planted, seenBy, fault] of lgeFaults)
    tally.add(images, planted, only(seenBy, see(fault(volume, new Random(`${name} ${planted}`)))));
}

const quality = (kind: Kind, volume: Volume, variant: 'phase-sensitive' | 'magnitude' | null) =>
  examQuality([{ kind, volume, emptySlices: [], variant, oriented: false }]);

const only = (measure: Measure, all: readonly QualityMeasure[]) => all.filter(({ name }) => name === measure);

interface Tally {
  add(images: string, planted: string | null, measures: readonly QualityMeasure[]): void;
  rows(): readonly Alarm[];
}

function openTally(): Tally {
  const found = new Map<
    string,
    { readonly row: Omit<Alarm, 'stacks' | 'alarms' | 'values'>; readonly seen: QualityMeasure[] }
  >();
  return {
    add(images, planted, measures) {
      for (const measure of measures) {
        if (measure.value === null) continue;
        const { name, series } = measure;
        const key = [images, planted, series, name].join('|');
        const entry = found.get(key) ?? { row: { measure: name, series, images, planted }, seen: [] };
        found.set(key, entry);
        entry.seen.push(measure);
      }
    },
    rows: () =>
      [...found.values()].map(({ row, seen }) => {
        const values = seen.map(({ value }) => value!).sort((a, b) => a - b);
        const at = (share: number) => values[Math.round(share * (values.length - 1))]!;
        const alarms = seen.filter(({ grade }) => grade === 'doubt' || grade === 'fail').length;
        return { ...row, stacks: seen.length, alarms, values: [at(0.05), at(0.5), at(0.95)] };
      }),
  };
}
