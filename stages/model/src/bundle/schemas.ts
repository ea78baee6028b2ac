import type { Analyte } from '@myocast/base';
import * as z from 'zod';
import type { Population } from '../population-distance.ts';
import type { FaithfulnessRecord, ModelCard } from '../records.ts';

// The shapes of a bundle's entries. What another program wrote is not taken on trust.

/** Goes to terminals and pages: no control characters. */
const text = z.string().regex(/^[^\u0000-\u001f\u007f-\u009f]{0,10000}$/, 'expected plain text');
const number = z.number();
const numbers = z.array(number);
const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256');

const analytes = [
  'creatinine',
  'glucose',
  'cholesterol',
  'haemoglobin',
  'nt-probnp',
  'hba1c',
] as const satisfies Analyte[];

const predictor = z.object({
  column: text,
  variable: text,
  label: text,
  kind: z.enum(['continuous', 'binary']),
  source: z.enum(['clinical', 'cmr']),
  unit: text.nullable(),
  analyte: z.enum(analytes).exactOptional(),
  logarithm: z.boolean(),
  low: number.nullable(),
  high: number.nullable(),
  category: text.nullable(),
  categories: z.array(text).nullable(),
});

const share = number.min(0).max(1);

const curveSummary = z.object({
  explained: number,
  random: number,
  difference: number,
  low: number.nullable(),
  high: number.nullable(),
  pValue: share,
  better: count,
});

/** How well a model's explanations order its inputs. */
export const faithfulnessSchema: z.ZodType<FaithfulnessRecord> = z.object({
  heldOut: z.boolean(),
  horizonDays: number.nullable(),
  subjects: count,
  leftOut: count,
  randomOrders: count,
  deletion: curveSummary,
  insertion: curveSummary,
});

/** `card.json` of a bundle, and the card that `train` reports. */
export const cardSchema: z.ZodType<ModelCard> = z.object({
  name: text,
  softwareVersion: text,
  commit: text.nullable(),
  seed: number,
  dataSet: text,
  study: z.object({ name: text, timeZero: text.nullable(), definition: sha256 }).nullable().default(null),
  subjects: count,
  events: z.record(text, count),
  outcome: z.object({ causes: z.array(text), compositeName: text, horizonDays: number.nullable() }),
  // Of a card that was written before it said so.
  interval: text.default('not said'),
  predictors: z.array(predictor),
  sequences: z.array(z.object({ kind: text, encoder: text })),
  development: z.object({
    effectiveParameters: number,
    columns: count,
    affordableParameters: number.nullable(),
    assumedNagelkerke: number,
    verdict: text.nullable().default(null),
    treesWeight: number.min(0).max(1),
  }),
  // Of a bundle that was written before it was measured: not known.
  faithfulness: faithfulnessSchema.nullable().default(null),
  patients: z.object({ subjects: count, sha256: sha256 }).nullable().default(null),
  holds: text.default('not said'),
  trainedOn: z.enum(['virtual patients', 'real patients', 'virtual and real patients']),
  intendedUse: text,
  files: z.record(text, sha256),
});

/** More threads than a forecast has use for. */
const mostThreads = 64;

/**
 * `forecast.json`, as far as reading relies on it before the test vectors are run: they go through everything else.
 */
export const forecastSchema = z.looseObject({
  format: z.literal('myocast-forecast 4'),
  members: z.array(z.string()).min(1).max(32),
  trees: z.array(z.string()).max(32),
  intervalEnds: z.array(number.positive()).min(1).max(1000),
  timed: z.boolean(),
  causes: z.array(text).min(1).max(100),
  compositeCauses: z.array(text).min(1),
  compositeName: text,
  config: z.looseObject({ threads: z.int().min(1).max(mostThreads) }),
  scaler: z.looseObject({
    bands: z.int().min(1).max(1000),
    columns: z.array(z.looseObject({ name: text, mean: number, sd: number, log: z.boolean() })),
    segments: z.array(z.looseObject({ name: text, mean: number, sd: number })),
    slices: z.array(z.looseObject({ kind: text, encoder: text })),
  }),
  voice: z.object({ weight: number.min(0).max(1), mean: number }),
  calibration: z.object({ intercept: number, slope: number, centre: numbers }),
  posterior: z.object({ slopes: numbers, covariance: numbers }),
  curves: z
    .array(
      z.object({
        column: z.int().min(0),
        knots: z.tuple([number, number]),
        means: z.tuple([number, number]),
      }),
    )
    .max(10000),
  landmark: z
    .looseObject({
      terms: z.array(
        z.looseObject({ kind: z.enum(['earlier', 'recent', 'repeated', 'slope', 'exam', 'finding']) }),
      ),
      eventCauses: z.array(text),
      composite: numbers,
      causes: z.record(text, numbers),
      covariance: numbers,
    })
    .refine(
      ({ terms, composite, covariance }) =>
        composite.length === terms.length && covariance.length === terms.length ** 2,
      'expected as many coefficients as terms',
    )
    .optional(),
  riskGroups: z
    .object({ horizonDays: number.positive(), thresholds: numbers, names: z.array(text) })
    .refine(
      ({ thresholds, names }) => names.length === thresholds.length + 1,
      'expected one name more than thresholds',
    )
    .nullable(),
});

/** `population.json`: null of a model that was trained on too few to say. */
export const populationSchema: z.ZodType<Population | null> = z
  .object({
    names: z.array(text),
    mean: numbers,
    sd: numbers,
    correlation: numbers,
    shrinkage: number,
    leaveOneOut: numbers,
  })
  .refine(
    ({ names, mean, sd, correlation }) =>
      mean.length === names.length && sd.length === names.length && correlation.length === names.length ** 2,
    'expected a mean, a spread and correlations of every feature',
  )
  .nullable();

const cell = number.nullable();

/** `test-vectors.json`. */
export const vectorsSchema = z.object({
  vectors: z
    .array(
      z.object({
        columns: z.array(cell),
        segments: z.array(z.array(cell).length(16)),
        slices: z.array(z.object({ sequence: count, level: numbers.max(200), values: numbers.max(100_000) })),
        incidence: z.array(numbers),
        composite: z.object({ risk: numbers, low: numbers, high: numbers }),
      }),
    )
    .min(8)
    .max(100),
});

/** What a model forecast for inputs that no patient had. */
export type TestVector = z.infer<typeof vectorsSchema>['vectors'][number];
