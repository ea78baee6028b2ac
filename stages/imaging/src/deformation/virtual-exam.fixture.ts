import type { Mask, Volume } from '@myocast/dicom';
import {
  createExam,
  createSubject,
  type Exam,
  type ImagingPlan,
  noFaults,
  type Sequence,
  seriesAffine,
  subjectRandom,
} from '@myocast/simulation';

/** A virtual patient's images of a sequence, with the labels behind them. */
export interface VirtualSeries {
  readonly image: Volume;
  readonly mask: Mask;
}

export interface VirtualExam {
  readonly exam: Exam;
  readonly series: (sequence: Sequence) => VirtualSeries;
}

/** An exam without faults; `healthy` takes the infarct away and sets the ejection fraction to 60 %. */
export function virtualExam(
  seed: number,
  subject: string,
  plan: Partial<ImagingPlan>,
  healthy = false,
): VirtualExam {
  const config = { patients: 8, centres: 4, seed };
  const { patient, centre } = createSubject(config, subject);
  const { injury } = patient;
  const sound = {
    ...patient,
    injury: {
      ...injury,
      infarctPercent: 0,
      mvoPercent: 0,
      haemorrhagePercent: 0,
      areaAtRiskPercent: 0,
      ejectionFractionPercent: 60,
      esviMlPerM2: 0.4 * injury.edviMlPerM2,
    },
  };
  const random = subjectRandom(config, subject).fork('exam');
  const exam = createExam(random, healthy ? sound : patient, centre, plan, noFaults);
  return { exam, series: (sequence) => seriesOf(exam, sequence) };
}

function seriesOf(exam: Exam, sequence: Sequence): VirtualSeries {
  const series = exam.series.find((one) => one.sequence === sequence)!;
  const { phases, slices, image, label } = series;
  const size = exam.scene.plan.matrix;
  const shape = [phases, slices, size, size] as const;
  const affine = seriesAffine(exam, series);
  const step = exam.rrMs / phases;
  const triggerTimesMs = Array.from({ length: phases }, (_, phase) => phase * step);
  return {
    image: { shape, data: Float32Array.from(image), affine, triggerTimesMs },
    mask: { shape, data: label, affine },
  };
}
