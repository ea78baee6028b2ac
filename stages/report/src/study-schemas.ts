import { type IssueKind, issueKinds } from '@myocast/base';
import {
  type ExamRecord,
  type QualityMeasure,
  qualityThresholds,
  type QuantitiesRecord,
  type SeriesKind,
  seriesKinds,
} from '@myocast/imaging';
import type { Forecast } from '@myocast/model';
import { faithfulnessSchema } from '@myocast/model/explanation';
import type { FrozenDataSet } from '@myocast/study';
import type { ScoresRecord, ValidationRecord } from '@myocast/validation';
import { z } from 'zod';
import type { NetworkCard, NetworkTraining, StageTime } from './records.ts';

// The shapes of the files of a study folder, as far as they are read here.

const text = z.string();
const number = z.number();
const numbers = z.array(number);
const issue = z.object({
  kind: z.enum(Object.keys(issueKinds) as [IssueKind, ...IssueKind[]]),
  path: text,
  message: text,
});
const counts = z.record(text, number);
const segments = z.array(number.nullable());

export const dataSetSchema: z.ZodType<FrozenDataSet> = z.object({
  study: text,
  hash: text,
  variables: z.array(
    z.looseObject({
      name: text,
      label: text,
      kind: z.enum(['continuous', 'binary', 'ordinal', 'category']),
      unit: text.nullable(),
      predictor: z.boolean(),
    }),
  ),
  causes: z.array(text),
  compositeCauses: z.array(text),
  compositeName: text,
  timeZero: text.exactOptional(),
  riskGroups: z.object({ horizonDays: number, thresholds: numbers, names: z.array(text) }).exactOptional(),
  subjects: z.array(
    z.object({
      subject: text,
      centre: text,
      values: z.record(text, z.union([number, text])),
      followUp: z.object({ days: number, cause: text.nullable() }).nullable(),
      event: z.boolean().exactOptional(),
    }),
  ),
});

const seriesKind = z.enum(Object.keys(seriesKinds) as [SeriesKind, ...SeriesKind[]]);
const shape = z.tuple([number, number, number, number]);
const seriesLook = {
  key: text,
  kind: seriesKind,
  confidence: number,
  reason: text,
  otherwise: z.object({ kind: seriesKind, confidence: number }).nullable(),
  variant: z.enum(['phase-sensitive', 'magnitude']).nullable(),
  description: text,
};

type MeasureName = QualityMeasure['name'];

const qualityMeasure = z.object({
  series: z.enum(['cine-sax', 'lge-sax']),
  name: z.enum(Object.keys(qualityThresholds) as [MeasureName, ...MeasureName[]]),
  value: number.nullable(),
  unit: text,
  doubt: number,
  fail: number.nullable(),
  good: z.enum(['high', 'low']),
  grade: z.enum(['pass', 'doubt', 'fail', 'not-measured']),
  note: text,
  bySlice: z.array(number.nullable()).exactOptional(),
});

export const examSchema: z.ZodType<ExamRecord> = z.object({
  subject: text,
  sourceHash: text,
  series: z.array(
    z.object({
      ...seriesLook,
      chosen: text.nullable(),
      file: text,
      shape,
      spacingMm: z.tuple([number, number, number]).nullable(),
      triggerTimesMs: numbers.nullable(),
      emptySlices: z.array(z.number()),
      fieldStrengthT: number.nullable(),
      manufacturer: text.nullable(),
      images: number,
    }),
  ),
  otherSeries: z.array(
    z.object({ ...seriesLook, shape: shape.nullable(), images: number, whyNotUsed: text }),
  ),
  filesRead: number,
  filesNotUsed: number,
  verdict: z.enum(['include', 'review', 'exclude']),
  reasons: z.array(text),
  quality: z.array(qualityMeasure),
  issues: z.array(issue),
});

export const quantitiesSchema: z.ZodType<QuantitiesRecord> = z.object({
  subject: text,
  cine: z
    .object({
      slices: number,
      edPhase: number,
      esPhase: number,
      edvMl: number,
      esvMl: number,
      strokeVolumeMl: number,
      ejectionFractionPercent: number,
      massG: number,
      rvEdvMl: number,
      rvEsvMl: number,
      rvEjectionFractionPercent: number.nullable(),
      volumeCurveMl: numbers,
      wallThicknessMm: segments,
      wallThickeningPercent: segments,
    })
    .nullable(),
  lge: z
    .object({
      myocardiumMl: number.nullable(),
      infarctMl: number.nullable(),
      mvoMl: number.nullable(),
      infarctPercent: number,
      mvoPercent: number,
      transmuralityPercent: segments,
      mvoSegmentPercent: segments,
    })
    .nullable(),
  contours: z.object({ 'cine-sax': text.exactOptional(), 'lge-sax': text.exactOptional() }),
  segmentReference: z.enum(['rv-insertion', 'assumed']),
  softwareVersion: text,
  flags: z.array(issue),
});

const abstentionReason = {
  reason: z.enum(['event-not-in-model', 'little-observed', 'far-from-training', 'wide-interval']),
  words: text,
};

const forecast = z.object({
  subject: text,
  timesDays: numbers.min(1),
  incidence: z.record(text, numbers),
  composite: z.object({ risk: numbers, low: numbers, high: numbers }),
  missing: z.array(text),
  distance: z
    .object({
      percentile: number,
      known: number,
      of: number,
      far: z.array(z.object({ name: text, deviation: number })),
    })
    .nullable(),
  group: text.nullable(),
  abstains: z
    .object({ ...abstentionReason, reasons: z.array(z.object(abstentionReason)), needed: z.array(text) })
    .nullable(),
});

function sameLength({ timesDays, incidence, composite }: Forecast): boolean {
  const curves = [...Object.values(incidence), composite.risk, composite.low, composite.high];
  return curves.every((curve) => curve.length === timesDays.length);
}

export const forecastsSchema: z.ZodType<readonly Forecast[]> = z.array(
  forecast.refine(sameLength, 'expected every curve to be as long as timesDays'),
);

const estimate = z.object({
  value: number.nullable(),
  low: number.nullable(),
  high: number.nullable(),
  reason: text.exactOptional(),
});

const scoreCalibration = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('judged'),
    outcome: text,
    causes: z.array(text),
    days: number,
    subjects: number,
    expectedLow: number,
    expectedHigh: number,
    observed: estimate,
    groups: z.array(
      z.object({
        className: text.nullable(),
        subjects: number,
        lowPercent: number,
        highPercent: number,
        observed: estimate,
      }),
    ),
  }),
  z.object({ kind: z.literal('none'), reason: text }),
]);

const scores: z.ZodType<ScoresRecord> = z.object({
  model: text,
  whyNot: text.nullable(),
  judged: z.array(
    z.object({
      name: text,
      label: text,
      subjects: number,
      of: number,
      events: number,
      whyNot: text.nullable(),
      missing: counts,
      discrimination: z.array(
        z.object({
          measure: z.enum(['harrell', 'auc']),
          days: number.nullable(),
          score: estimate,
          model: estimate,
          difference: estimate,
        }),
      ),
      acrossCentres: z.object({ score: estimate, model: estimate }),
      calibration: scoreCalibration,
    }),
  ),
});

export const validationSchema: z.ZodType<ValidationRecord> = z.object({
  study: text,
  dataSet: text,
  design: text,
  outcome: text,
  horizonDays: number.nullable(),
  seed: number,
  bootstraps: number,
  softwareVersion: text,
  subjects: number,
  events: counts,
  groups: z.array(
    z.object({
      group: text,
      subjects: number,
      events: number,
      models: z.array(
        z.object({
          model: text,
          label: text,
          harrell: estimate,
          uno: estimate,
          brier: estimate,
          ipa: estimate,
          observedOverExpected: estimate,
          calibrationIntercept: estimate.exactOptional(),
          calibrationSlope: estimate.exactOptional(),
          ici: estimate.exactOptional(),
        }),
      ),
    }),
  ),
  leftOut: z.array(text).exactOptional(),
  acrossCentres: z.record(text, estimate).exactOptional(),
  comparisons: z
    .array(
      z.object({
        model: text,
        label: text,
        difference: estimate,
        withinCentres: estimate.exactOptional(),
      }),
    )
    .exactOptional(),
  subgroups: z
    .array(
      z.object({
        by: text,
        name: text,
        subjects: number,
        events: number,
        harrell: estimate,
        observedOverExpected: estimate,
      }),
    )
    .exactOptional(),
  netBenefit: z
    .object({
      thresholds: numbers,
      treatAll: z.array(estimate),
      models: z.array(z.object({ model: text, label: text, netBenefit: z.array(estimate) })),
    })
    .refine(
      ({ thresholds, treatAll, models }) =>
        [treatAll, ...models.map(({ netBenefit }) => netBenefit)].every(
          ({ length }) => length === thresholds.length,
        ),
      'expected a net benefit for every threshold',
    )
    .nullable()
    .exactOptional(),
  calibration: z.record(text, z.array(z.object({ subjects: number, predicted: number, observed: estimate }))),
  smoothCalibration: z
    .record(
      text,
      z.object({
        curve: z
          .object({ predicted: numbers, observed: numbers, low: numbers, high: numbers })
          .refine(
            ({ predicted, observed, low, high }) =>
              [observed, low, high].every(({ length }) => length === predicted.length),
            'expected a curve and its band of one length',
          )
          .nullable(),
        whyNot: text.exactOptional(),
        riskCounts: numbers,
      }),
    )
    .exactOptional(),
  riskGroups: z.array(
    z.object({
      name: text,
      subjects: number,
      timesDays: numbers,
      survival: numbers,
      low: numbers.exactOptional(),
      high: numbers.exactOptional(),
      atRisk: numbers.exactOptional(),
      horizon: z.object({ predicted: number, observed: estimate }).exactOptional(),
    }),
  ),
  scores: scores.exactOptional(),
  faithfulness: faithfulnessSchema.nullable().exactOptional(),
  audits: z.array(z.object({ name: text, checked: text, found: z.array(text) })).exactOptional(),
  notes: z.array(text),
});

const segmentedKind = z.enum(['cine-sax', 'lge-sax', 't2-sax', 'cine-lax']);

/** `segmentation.json`: which network drew which mask. */
export const segmentationSchema = z.object({
  series: z.array(z.object({ mask: text, segmenter: text, confidence: number })),
  contours: z.record(text, text),
});

/** `card.json` beside the weights of a segmentation network. */
export const networkCardSchema: z.ZodType<NetworkCard> = z.object({
  name: text,
  kind: segmentedKind,
  network: text,
  labels: z.array(text),
  architecture: text,
  training: text,
  data: z.array(text),
  licence: text,
  heldOut: z.array(text),
  measured: z.array(text),
  intendedUse: text,
});

/** `training.json` beside the weights. */
export const trainingSchema: z.ZodType<NetworkTraining> = z.object({
  step: number,
  losses: numbers,
  scores: z.array(z.object({ step: number, score: number })),
});

const stageEntry = z.object({ state: z.enum(['started', 'done']), seconds: number });

/** `run.json`: the times of the stages that are done, in the order of the file. */
export const runSchema: z.ZodType<readonly StageTime[]> = z
  .object({ stages: z.record(text, stageEntry) })
  .transform(({ stages }) =>
    Object.entries(stages)
      .filter(([, { state }]) => state === 'done')
      .map(([stage, { seconds }]) => ({ stage, seconds })),
  );
