import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import type { Mask } from '@myocast/dicom';
import { type AtriumOutline, atriumOutlines, discCount } from './atrium-outline.ts';
import type { LeftAtrium, LongAxisKind } from './records.ts';

const path = 'left-atrium';
/** A kick of the atrium is more than this share of its emptying. */
const leastKick = 0.05;
/** Contraction begins in the last part of emptying. */
const earliestKick = 0.3;

/** The masks of the long axes through the atrium: two and four chambers. */
export interface AtriumViews {
  readonly 'cine-2ch': Mask | null;
  readonly 'cine-4ch': Mask | null;
}

/**
 * Volumes and strain of the left atrium from masks of two and four chambers.
 *
 * Area-length: 8 A₂ A₄ / (3 π L), L the shorter of the two lengths; discs:
 * Σ π/4 d₂ d₄ h over 20 discs of the longer axis's height. One view alone stands for
 * both and is flagged. The phase before the atrium contracts is the one at which its
 * volume lies highest above the straight line from its largest to its smallest value,
 * in the later part of emptying: the end of the plateau. Strain is the length of the
 * atrial wall, mitral opening left out, against end-diastole: reservoir at its
 * longest, booster before contraction, conduit what lies between.
 *
 * @param edPhase end-diastole of the ventricle
 * @returns refused ('not-estimable') without geometry, or with an atrium in fewer than half of the phases
 *
 * Source: schulzmenger2020 (docs/references.bib).
 */
export function leftAtrium(
  views: AtriumViews,
  edPhase: number,
  bsaM2: number | null = null,
): Checked<LeftAtrium> {
  const used = (['cine-2ch', 'cine-4ch'] as const).filter((view) => views[view] !== null);
  const masks = used.map((view) => views[view]!);
  const obstacle = obstacleTo(masks);
  if (obstacle !== null) return refused(issue('not-estimable', path, obstacle));
  const outlines = masks.map(atriumOutlines);
  const phases = masks[0]!.shape[0];
  const volumes = Array.from({ length: phases }, (_, phase) => volumesOf(outlines.map((one) => one[phase]!)));
  const known = volumes.flatMap((one) => one?.areaLengthMl ?? []);
  if (known.length < phases / 2 || known.length < 2)
    return refused(
      issue(
        'not-estimable',
        path,
        `expected an atrium in most of ${phases} phases, found it in ${known.length}`,
      ),
    );
  const curve = volumes.map((one) => one?.areaLengthMl ?? null);
  const maxPhase = curve.indexOf(Math.max(...known));
  const minPhase = curve.indexOf(Math.min(...known));
  const preContraction = beforeKick(curve, maxPhase, minPhase);
  const strains = outlines.flatMap((one) => strainOf(one, edPhase, preContraction) ?? []);
  if (strains.length === 0)
    return refused(issue('not-estimable', path, 'expected an atrium at end-diastole, found none'));
  const discs = volumes.flatMap((one) => one?.discsMl ?? []);
  return accepted(
    {
      views: used,
      method: used.length === 2 ? 'biplane' : 'single plane',
      ...emptyingOf(curve, maxPhase, minPhase, preContraction, bsaM2),
      discsMaxMl: Math.max(...discs),
      discsMinMl: Math.min(...discs),
      volumeCurveMl: curve,
      ...meanStrain(strains, preContraction),
    },
    flagsOf(used, known.length, phases, preContraction),
  );
}

type Emptying =
  | 'maxMl'
  | 'minMl'
  | 'preContractionMl'
  | 'maxMlPerM2'
  | 'totalEmptyingPercent'
  | 'passiveEmptyingPercent'
  | 'activeEmptyingPercent';

function emptyingOf(
  curve: readonly (number | null)[],
  maxPhase: number,
  minPhase: number,
  preContraction: number | null,
  bsaM2: number | null,
): Pick<LeftAtrium, Emptying> {
  const [maxMl, minMl] = [curve[maxPhase]!, curve[minPhase]!];
  const preMl = preContraction === null ? null : curve[preContraction]!;
  return {
    maxMl,
    minMl,
    preContractionMl: preMl,
    maxMlPerM2: bsaM2 === null ? null : maxMl / bsaM2,
    totalEmptyingPercent: (100 * (maxMl - minMl)) / maxMl,
    passiveEmptyingPercent: preMl === null ? null : (100 * (maxMl - preMl)) / maxMl,
    activeEmptyingPercent: preMl === null ? null : (100 * (preMl - minMl)) / preMl,
  };
}

function meanStrain(
  strains: readonly { readonly reservoir: number; readonly booster: number }[],
  preContraction: number | null,
): Pick<LeftAtrium, 'reservoirStrainPercent' | 'boosterStrainPercent' | 'conduitStrainPercent'> {
  const reservoir = mean(strains.map((one) => one.reservoir));
  const booster = preContraction === null ? null : mean(strains.map((one) => one.booster));
  return {
    reservoirStrainPercent: reservoir,
    boosterStrainPercent: booster,
    conduitStrainPercent: booster === null ? null : reservoir - booster,
  };
}

function obstacleTo(masks: readonly Mask[]): string | null {
  if (masks.length === 0) return 'expected a mask of two or four chambers, found none';
  if (masks.some(({ affine }) => affine === null)) return 'expected masks with voxel sizes, found none';
  const phases = masks.map(({ shape }) => shape[0]);
  return new Set(phases).size > 1 ? `expected views of as many phases, found ${phases.join(' and ')}` : null;
}

/** Null where a view lacks the atrium. One view stands for both. */
function volumesOf(
  outlines: readonly (AtriumOutline | null)[],
): { readonly areaLengthMl: number; readonly discsMl: number } | null {
  const there = outlines.filter((one) => one !== null);
  const [a, b = a] = there;
  if (!a || !b || there.length < outlines.length) return null;
  const height = Math.max(a.lengthMm, b.lengthMm) / discCount;
  let cubicMm = 0;
  for (let disc = 0; disc < discCount; disc++)
    cubicMm += (Math.PI / 4) * a.diametersMm[disc]! * b.diametersMm[disc]! * height;
  const shorter = Math.min(a.lengthMm, b.lengthMm);
  return {
    areaLengthMl: (8 * a.areaMm2 * b.areaMm2) / (3 * Math.PI * shorter) / 1000,
    discsMl: cubicMm / 1000,
  };
}

/** The last phase of the plateau before the atrium contracts; null where no kick shows. */
function beforeKick(curve: readonly (number | null)[], maxPhase: number, minPhase: number): number | null {
  const phases = curve.length;
  const steps = (minPhase - maxPhase + phases) % phases;
  const [most, least] = [curve[maxPhase]!, curve[minPhase]!];
  let [best, highest] = [-1, leastKick * (most - least)];
  for (let step = Math.ceil(earliestKick * steps); step < steps; step++) {
    const phase = (maxPhase + step) % phases;
    const volume = curve[phase];
    if (volume === null || volume === undefined) continue;
    const above = volume - (most + (step / steps) * (least - most));
    if (above > highest) [best, highest] = [phase, above];
  }
  return best < 0 ? null : best;
}

function strainOf(
  outlines: readonly (AtriumOutline | null)[],
  edPhase: number,
  preContraction: number | null,
): { readonly reservoir: number; readonly booster: number } | null {
  const rest = outlines[edPhase]?.wallMm;
  if (rest === undefined) return null;
  const strains = outlines.map((one) => one && 100 * (one.wallMm / rest - 1));
  return {
    reservoir: Math.max(...strains.flatMap((value) => value ?? [])),
    booster: (preContraction === null ? null : strains[preContraction]) ?? 0,
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function flagsOf(
  used: readonly LongAxisKind[],
  known: number,
  phases: number,
  preContraction: number | null,
): Issue[] {
  const doubts: string[] = [];
  if (used.length === 1)
    doubts.push(`volumes rest on ${used[0]} alone: the atrium is taken to be as wide across it`);
  if (known < phases) doubts.push(`the atrium was found in ${known} of ${phases} phases`);
  if (preContraction === null)
    doubts.push('no contraction of the atrium shows: conduit and booster are not told apart');
  return doubts.map((message) => issue('quality-flag', path, message));
}
