import type { Volume } from '@myocast/dicom';
import { cineLabel, lgeLabel, type SegmentedKind, t2Label } from '../records.ts';
import { mendSlices, type WallLabels } from './anatomy-rules.ts';
import { callInjury, type NotCalled } from './call-injury.ts';
import { meanSureness, nothingChosen, type Sureness } from './choose-labels.ts';
import { keepLargestComponent } from './largest-component.ts';
import type { ProbabilityMaps } from './probability-maps.ts';
import { revotePhases, revoteSlices } from './revote.ts';
import { dropStrayEnds } from './stray-ends.ts';

/** What was mended in a stack, by rule. */
export interface Repairs {
  /** Phases of a slice that left the curve of their beat. */
  readonly phasesRevoted: number;
  /** Slices without a chamber that both neighbours show. */
  readonly slicesRevoted: number;
  readonly holesFilled: number;
  readonly ringsClosed: number;
  readonly bareCavities: number;
  /** End slices of a phase whose cavity does not contract with the others. */
  readonly strayEnds: number;
  readonly notCalled: NotCalled;
}

/** Short-axis labels by kind; a long axis has no closed ring. */
const walls: { readonly [Kind in SegmentedKind]?: WallLabels } = {
  'cine-sax': { cavity: cineLabel.leftVentricle, wall: [cineLabel.myocardium] },
  'lge-sax': {
    cavity: lgeLabel.leftVentricle,
    wall: [lgeLabel.normalMyocardium, lgeLabel.infarct, lgeLabel.mvo],
  },
  't2-sax': { cavity: t2Label.leftVentricle, wall: [t2Label.normalMyocardium, t2Label.oedema] },
};

export interface TidyLabels {
  readonly labels: Uint8Array;
  readonly repairs: Repairs;
  /** Mean probability of the labels as they were chosen; null where none was. */
  readonly confidence: number | null;
}

/**
 * Labels from probabilities, as a heart can look. In each phase the largest connected
 * piece is kept, and stray pieces of the cavities go: the LV cavity is one piece in
 * every slice (an emptied ventricle may be broken from slice to slice), the RV one
 * piece in the whole phase.
 *
 * @param maps changed in place where phases or slices are voted on again
 * @param choose writes the labels of phase-major slice `index` and adds how sure they are
 */
export function tidy(
  maps: ProbabilityMaps,
  kind: SegmentedKind,
  shape: Volume['shape'],
  choose: (index: number, labels: Uint8Array, sure: Sureness) => void,
): TidyLabels {
  const wall = walls[kind];
  const phasesRevoted = kind === 'cine-sax' ? revotePhases(maps, Object.values(cineLabel)) : 0;
  const slicesRevoted = wall ? revoteSlices(maps, [wall.cavity]) : 0;
  const [phases, slices, rows, columns] = shape;
  const area = rows * columns;
  const labels = new Uint8Array(phases * slices * area);
  const sure = nothingChosen(maps.classes);
  for (let index = 0; index < phases * slices; index++)
    choose(index, labels.subarray(index * area, (index + 1) * area), sure);
  keepLargestComponent(labels, shape);
  if (wall) keepLargestComponent(labels, [phases * slices, 1, rows, columns], wall.cavity);
  if (kind === 'cine-sax') keepLargestComponent(labels, shape, cineLabel.rightVentricle);
  const mended = wall ? mendSlices(labels, shape, wall) : { holesFilled: 0, ringsClosed: 0, bareCavities: 0 };
  const strayEnds = kind === 'cine-sax' ? dropStrayEnds(labels, shape, wall!) : 0;
  const notCalled = kind === 'lge-sax' ? callInjury(labels, shape, sure) : { infarct: 0, obstruction: 0 };
  const all = Array.from({ length: maps.classes - 1 }, (_, label) => label + 1);
  return {
    labels,
    repairs: { phasesRevoted, slicesRevoted, ...mended, strayEnds, notCalled },
    confidence: meanSureness(sure, all),
  };
}
