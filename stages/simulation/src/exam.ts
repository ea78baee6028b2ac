import type { Random } from '@myocast/base';
import type { Anatomy } from './anatomy.ts';
import type { Centre } from './centre.ts';
import type { Patient } from './clinical.ts';
import type { ExamFaults } from './faults.ts';
import type { HeartGeometry } from './geometry.ts';
import type { Placement } from './heart-image.ts';
import { type ImagingPlan, imagingPlan, quickPlan, type Sequence } from './plan.ts';
import { scanLongAxes } from './long-axis.ts';
import { scanCine } from './scan-cine.ts';
import { scanEnhancement } from './scan-enhancement.ts';
import { scanMap } from './scan-maps.ts';
import { scanT2 } from './scan-t2.ts';
import { createScene, type Scene } from './scene.ts';
import { SliceShelf } from './sax-stack.ts';
import type { LabelledKind } from './tissue.ts';

export { anatomyOf } from './scene.ts';

/** Images of one series with their ground truth: [phases, slices, size, size], slices from base to apex. */
export interface SeriesImages {
  readonly sequence: Sequence;
  readonly kind: LabelledKind;
  readonly phases: number;
  readonly slices: number;
  /** Which of the stack's slices these are; empty for a long axis. */
  readonly sliceIndices: readonly number[];
  readonly image: Uint16Array;
  readonly label: Uint8Array;
  /** Voxels whose label was moved so that the sum is the true volume, by phase. */
  readonly labelsMoved: number;
}

/** Everything about an exam that is the same in all of its images. */
export interface Exam {
  readonly anatomy: Anatomy;
  readonly scene: Scene;
  readonly faults: ExamFaults;
  readonly geometry: HeartGeometry;
  readonly placement: Placement;
  readonly slices: number;
  readonly spacingMm: number;
  readonly rrMs: number;
  readonly tiMs: number;
  readonly cine: SeriesImages | null;
  readonly lge: SeriesImages | null;
  /** All series, in the order of acquisition. */
  readonly series: readonly SeriesImages[];
}

/**
 * Scans a patient as planned: series as stored values, with their labels. Every
 * series has breath-holds of its own, in which the heart shifts slice by slice.
 *
 * @param faults instead of those of the patient's record
 */
export function createExam(
  random: Random,
  patient: Patient,
  centre: Centre,
  given: Partial<ImagingPlan> = quickPlan,
  faults?: ExamFaults,
): Exam {
  const scene = createScene(random, patient, centre, imagingPlan(given), faults);
  const shelf = new SliceShelf(scene);
  const wanted = (name: Sequence) =>
    scene.plan.sequences.includes(name) &&
    (scene.plan.inEveryExam === true || !scene.faults.missing.includes(name));
  const cine = wanted('cine-sax') ? scanCine(random.fork('cine'), scene, shelf) : null;
  const longAxes = (['cine-2ch', 'cine-3ch', 'cine-4ch'] as const).filter(wanted);
  const enhancement = scanEnhancement(random.fork('lge'), scene, shelf, patient.injury, wanted);
  const series = [
    cine,
    ...scanLongAxes(random.fork('long axes'), scene, longAxes),
    wanted('t2-sax') ? scanT2(random.fork('t2'), scene, shelf, patient.injury.areaAtRiskPercent) : null,
    ...(['t1-map', 't2-map', 't2star-map'] as const)
      .filter(wanted)
      .map((name) => scanMap(random.fork(name), scene, shelf, name)),
    ...enhancement.series,
  ].filter((one) => one !== null);
  return {
    anatomy: scene.anatomy,
    scene,
    faults: scene.faults,
    geometry: scene.geometry,
    placement: scene.placement,
    slices: scene.slices,
    spacingMm: scene.placement.spacingMm,
    rrMs: scene.rrMs,
    tiMs: enhancement.tiMs,
    cine,
    lge: series.find(({ sequence }) => sequence === 'lge-sax') ?? null,
    series,
  };
}
