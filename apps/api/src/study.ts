import { z } from 'zod';

/** The study as the first screen shows it. */
export const studySummarySchema = z.object({
  study: z.string(),
  /** Hash of the frozen data set. */
  dataSet: z.string(),
  subjects: z.number(),
  centres: z.array(z.string()),
  compositeName: z.string(),
  events: z.array(z.object({ cause: z.string(), count: z.number() })),
  /** Null before a model has been trained. */
  model: z
    .object({
      name: z.string(),
      trainedOn: z.enum(['virtual patients', 'real patients', 'virtual and real patients']),
      softwareVersion: z.string(),
      intendedUse: z.string(),
    })
    .nullable(),
  hasReport: z.boolean(),
  /** Pieces of the study folder that are not there, or not readable, each in one line. */
  notices: z.array(z.string()),
});

export type StudySummary = z.infer<typeof studySummarySchema>;
