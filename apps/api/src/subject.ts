import { z } from 'zod';

/** The years after the CMR exam for which a plain number is given. */
export const riskYears = [1, 2, 5] as const;

const riskSchema = z.object({
  years: z.number(),
  /** Probability of the composite, with the range over the ensemble; null beyond the forecast's last time. */
  estimate: z.object({ risk: z.number(), low: z.number(), high: z.number() }).nullable(),
});

/** Probability of the composite within some years. */
export type Risk = z.infer<typeof riskSchema>;

/** One line of the list of patients. Null is a value that is not there. */
export const subjectSummarySchema = z.object({
  subject: z.string(),
  centre: z.string(),
  ageYears: z.number().nullable(),
  sex: z.string().nullable(),
  /** Image quality: include, review or exclude; null without an exam. */
  verdict: z.enum(['include', 'review', 'exclude']).nullable(),
  ejectionFractionPercent: z.number().nullable(),
  infarctPercent: z.number().nullable(),
  mvoPercent: z.number().nullable(),
  /** In the order of `riskYears`; empty without a forecast. */
  risks: z.array(riskSchema),
});

export type SubjectSummary = z.infer<typeof subjectSummarySchema>;

export const subjectListSchema = z.array(subjectSummarySchema);

const curve = z.array(z.number());
/** AHA segments 1 to 16 at index 0 to 15. */
const segments = z.array(z.number().nullable());

/** Everything about one patient. */
export const subjectForecastSchema = z.object({
  summary: subjectSummarySchema,
  compositeName: z.string(),
  /** Null when there is no forecast for this patient. */
  forecast: z
    .object({
      timesDays: curve,
      causes: z.array(z.object({ cause: z.string(), incidence: curve, composite: z.boolean() })),
      composite: z.object({ risk: curve, low: curve, high: curve }),
      missing: z.array(z.string()),
      /** How far from the patients trained on; the features that make up most of it. */
      distance: z
        .object({
          percentile: z.number(),
          far: z.array(z.object({ name: z.string(), deviation: z.number() })),
        })
        .nullable(),
      /** Registered risk group; null where none is registered or the forecast abstains. */
      group: z.string().nullable(),
      /** Why the forecast is not to be relied on for this patient; null where nothing speaks against it. */
      abstains: z.string().nullable(),
    })
    .nullable(),
  quantities: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      value: z.number().nullable(),
      unit: z.string(),
      digits: z.number(),
    }),
  ),
  flags: z.array(z.string()),
  segmentReference: z.enum(['rv-insertion', 'assumed']).nullable(),
  segments: z.object({
    transmuralityPercent: segments.nullable(),
    wallThickeningPercent: segments.nullable(),
  }),
  /** Why the images were not simply taken. */
  imageReasons: z.array(z.string()),
  clinical: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      value: z.union([z.number(), z.string()]).nullable(),
      unit: z.string().nullable(),
    }),
  ),
});

export type SubjectForecast = z.infer<typeof subjectForecastSchema>;
