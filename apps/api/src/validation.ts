import { z } from 'zod';

const estimateSchema = z.object({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  reason: z.string().exactOptional(),
});

/** An estimate with its 95 % interval; null where it cannot be given, with the reason. */
export type Estimate = z.infer<typeof estimateSchema>;

/** How good the forecasts were on held-out subjects. */
export const validationSummarySchema = z.object({
  design: z.string(),
  outcome: z.string(),
  horizonDays: z.number().nullable(),
  subjects: z.number(),
  groups: z.array(
    z.object({
      group: z.string(),
      subjects: z.number(),
      events: z.number(),
      models: z.array(
        z.object({
          model: z.string(),
          label: z.string(),
          harrell: estimateSchema,
          uno: estimateSchema,
          brier: estimateSchema,
          ipa: estimateSchema,
          observedOverExpected: estimateSchema,
        }),
      ),
    }),
  ),
  notes: z.array(z.string()),
});

export type ValidationSummary = z.infer<typeof validationSummarySchema>;
