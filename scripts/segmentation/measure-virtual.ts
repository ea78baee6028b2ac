import type { Mask, Volume } from '@myocast/dicom';
import { quantifyCine, segment, type SegmentedKind, type Segmenter } from '@myocast/imaging';
import { groundTruth, type Sequence, subjectIds } from '@myocast/simulation';
import { agreeing, countOf, overlaps, structures } from './overlap.ts';
import { mean, type PatientScores } from './rows.ts';

type Series = ReturnType<typeof groundTruth>['series'][number];
/** From slice to slice of a virtual exam. */
const sliceMm = 10;

type Values = Record<string, number | null>;

/** Which series of an exam a network is for, and what is measured on them. */
const measures: Readonly<
  Record<
    SegmentedKind,
    { readonly series: readonly Sequence[]; readonly values: (found: Mask, truth: Mask) => Values }
  >
> = {
  'cine-sax': {
    series: ['cine-sax'],
    values: (found, truth) => ({ ...byPhase('cine-sax', found, truth), ...volumeErrors(found, truth) }),
  },
  'lge-sax': {
    series: ['lge-sax'],
    values: (found, truth) => lesionValues('lge-sax', 'infarct', found, truth),
  },
  't2-sax': { series: ['t2-sax'], values: (found, truth) => lesionValues('t2-sax', 'oedema', found, truth) },
  'cine-lax': {
    series: ['cine-2ch', 'cine-3ch', 'cine-4ch'],
    values: (found, truth) => byPhase('cine-lax', found, truth),
  },
};

/** Segments all phases of virtual patients, whose contours are known; of several series of a patient, the mean. */
export async function measureVirtual(
  patients: number,
  segmenter: Segmenter,
): Promise<readonly PatientScores[]> {
  const { series: sequences, values } = measures[segmenter.card.kind];
  const config = { patients, centres: Math.min(8, patients), seed: 71, imaging: { sequences } };
  const scores: PatientScores[] = [];
  for (const patient of subjectIds(config)) {
    const exam = groundTruth(config, patient);
    const measured: Values[] = [];
    for (const series of exam.series) {
      const truth = maskOf(series, exam.spacingMm);
      const volume: Volume = { ...truth, data: Float32Array.from(series.image), triggerTimesMs: null };
      const found = await segment(volume, segmenter, patient);
      const mask = found.ok ? found.value.mask : { ...truth, data: new Uint8Array(truth.data.length) };
      measured.push({ ...values(mask, truth), 'no heart found (stacks)': found.ok ? 0 : 1 });
    }
    if (measured.length > 0) scores.push({ patient, values: meanValues(measured) });
  }
  return scores;
}

function meanValues(measured: readonly Values[]): Values {
  const names = [...new Set(measured.flatMap((own) => Object.keys(own)))];
  return Object.fromEntries(
    names.map((name) => {
      const known = measured.flatMap((own) => own[name] ?? []);
      return [name, known.length > 0 ? mean(known) : null];
    }),
  );
}

function maskOf({ phases, slices, label }: Series, spacingMm: number): Mask {
  const size = Math.sqrt(label.length / (phases * slices));
  const affine = [spacingMm, 0, 0, 0, 0, spacingMm, 0, 0, 0, 0, sliceMm, 0, 0, 0, 0, 1];
  return { shape: [phases, slices, size, size], data: label, affine };
}

/** Dice as the mean over phases, and in the worst of them. */
function byPhase(kind: SegmentedKind, found: Mask, truth: Mask): Values {
  const [phases] = truth.shape;
  const size = truth.data.length / phases;
  const phaseOf = ({ data }: Mask, t: number) => data.subarray(t * size, (t + 1) * size);
  const each = Array.from({ length: phases }, (_, t) => overlaps(kind, phaseOf(found, t), phaseOf(truth, t)));
  const dices = Object.keys(each[0]!).map((name) => [name, each.map((own) => own[name] ?? 1)] as const);
  return {
    ...Object.fromEntries(dices.map(([name, values]) => [name, mean(values)])),
    ...Object.fromEntries(dices.map(([name, values]) => [`${name}, worst phase`, Math.min(...values)])),
  };
}

function volumeErrors(found: Mask, truth: Mask): Record<string, number> {
  const [ours, theirs] = [quantifyCine(found), quantifyCine(truth)];
  if (!ours.ok || !theirs.ok) return {};
  const lvef = ours.value.ejectionFractionPercent - theirs.value.ejectionFractionPercent;
  return {
    'LVEF error (points)': Math.abs(lvef),
    'LVEF bias (points)': lvef,
    'EDV error (ml)': Math.abs(ours.value.edvMl - theirs.value.edvMl),
    'EDV bias (ml)': ours.value.edvMl - theirs.value.edvMl,
    'mass bias (g)': ours.value.massG - theirs.value.massG,
  };
}

/** A lesion that neither mask shows is agreed upon. */
function lesionValues(kind: 'lge-sax' | 't2-sax', lesion: string, found: Mask, truth: Mask): Values {
  const own = overlaps(kind, found.data, truth.data);
  const { myocardium, [lesion]: labels } = structures[kind] as Record<string, readonly number[]>;
  const share = ({ data }: Mask) => (100 * countOf(data, labels!)) / Math.max(1, countOf(data, myocardium!));
  return {
    ...(kind === 'lge-sax' ? agreeing(own) : { ...own, 'Dice oedema': own['Dice oedema'] ?? 1 }),
    [`${lesion} error (points of the myocardium)`]: Math.abs(share(found) - share(truth)),
    [`${lesion} bias (points of the myocardium)`]: share(found) - share(truth),
  };
}
