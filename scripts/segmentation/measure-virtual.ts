import type { Mask, Volume } from '@myocast/dicom';
import { quantifyCine, segment, type Segmenter } from '@myocast/imaging';
import { groundTruth, subjectIds } from '@myocast/simulation';
import { agreeing, countOf, overlaps, structures } from './overlap.ts';
import { mean, type PatientScores } from './rows.ts';

type Series = NonNullable<ReturnType<typeof groundTruth>['cine']>;
/** From slice to slice of a virtual exam. */
const sliceMm = 10;

/** Segments all phases of virtual patients, whose contours are known. */
export async function measureVirtual(
  patients: number,
  segmenter: Segmenter,
): Promise<readonly PatientScores[]> {
  const { kind } = segmenter.card;
  const config = { patients, centres: Math.min(8, patients), seed: 71 };
  const scores: PatientScores[] = [];
  for (const patient of subjectIds(config)) {
    const exam = groundTruth(config, patient);
    const series = kind === 'cine-sax' ? exam.cine : exam.lge;
    if (!series) continue;
    const truth = maskOf(series, exam.spacingMm);
    const volume: Volume = {
      ...truth,
      data: Float32Array.from(series.image),
      triggerTimesMs: null,
    };
    const found = await segment(volume, segmenter, patient);
    const mask = found.ok ? found.value.mask : { ...truth, data: new Uint8Array(truth.data.length) };
    const values = kind === 'cine-sax' ? cineValues(mask, truth) : lgeValues(mask.data, truth.data);
    scores.push({ patient, values: { ...values, 'no heart found (stacks)': found.ok ? 0 : 1 } });
  }
  return scores;
}

function maskOf({ phases, slices, label }: Series, spacingMm: number): Mask {
  const size = Math.sqrt(label.length / (phases * slices));
  const affine = [spacingMm, 0, 0, 0, 0, spacingMm, 0, 0, 0, 0, sliceMm, 0, 0, 0, 0, 1];
  return { shape: [phases, slices, size, size], data: label, affine };
}

/** Dice as the mean over phases, and in the worst of them. */
function cineValues(found: Mask, truth: Mask): Record<string, number | null> {
  const [phases] = truth.shape;
  const size = truth.data.length / phases;
  const phaseOf = ({ data }: Mask, t: number) => data.subarray(t * size, (t + 1) * size);
  const byPhase = Array.from({ length: phases }, (_, t) =>
    overlaps('cine-sax', phaseOf(found, t), phaseOf(truth, t)),
  );
  const dices = Object.keys(byPhase[0]!).map((name) => {
    const values = byPhase.map((own) => own[name] ?? 1);
    return [name, values] as const;
  });
  return {
    ...Object.fromEntries(dices.map(([name, values]) => [name, mean(values)])),
    ...Object.fromEntries(dices.map(([name, values]) => [`${name}, worst phase`, Math.min(...values)])),
    ...volumeErrors(found, truth),
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

function lgeValues(found: Uint8Array, truth: Uint8Array): Record<string, number | null> {
  const { myocardium, infarct } = structures['lge-sax'] as Record<string, readonly number[]>;
  const share = (mask: Uint8Array) =>
    (100 * countOf(mask, infarct!)) / Math.max(1, countOf(mask, myocardium!));
  return {
    ...agreeing(overlaps('lge-sax', found, truth)),
    'infarct error (points of the myocardium)': Math.abs(share(found) - share(truth)),
    'infarct bias (points of the myocardium)': share(found) - share(truth),
  };
}
