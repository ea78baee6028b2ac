import { accepted, type Checked, issue, type Issue, refused } from '@myocast/base';
import * as z from 'zod';

/** The version that every message names. */
export const format = 'myocast-federated 1';

const finite = z.number();
const count = z.number().int().min(0);
const name = z.string().min(1);

/**
 * What all sites agree on before anything is computed. The ends of the intervals are of the protocol: quantiles of
 * event times would be days on which somebody had an event.
 */
export const planSchema = z.strictObject({
  study: name,
  columns: z
    .array(
      z.strictObject({
        name,
        source: z.enum(['clinical', 'cmr']),
        kind: z.enum(['continuous', 'binary']),
      }),
    )
    .min(1),
  intervalEnds: z.array(z.number().positive()).min(1),
  causes: z.array(name).min(1),
  compositeCauses: z.array(name).min(1),
  /** Whether the regression starts from published effects. */
  published: z.boolean(),
});
export type FederatedPlan = z.infer<typeof planSchema>;

const scale = z.strictObject({
  name,
  source: z.enum(['clinical', 'cmr']),
  log: z.boolean(),
  mean: finite,
  sd: z.number().positive(),
});

/** Of the plan as both sides have it: contentHash. */
const head = { format: z.literal(format), planHash: name };

/** From the coordinator to every site. */
export const requestSchema = z.discriminatedUnion('ask', [
  /** Sums of the columns. */
  z.strictObject({ ...head, ask: z.literal('sums') }),
  /** Sums of powers of the distances from the means of all sites; `log` of the logarithms, null where a value is not above 0. */
  z.strictObject({
    ...head,
    ask: z.literal('spreads'),
    means: z.array(z.strictObject({ value: finite, log: finite.nullable() })),
  }),
  /** Log-likelihood, gradient and information at these coefficients: intercepts, scores, slopes. */
  z.strictObject({
    ...head,
    ask: z.literal('statistics'),
    scales: z.array(scale).min(1),
    coefficients: z.array(finite),
  }),
]);
export type FederatedRequest = z.infer<typeof requestSchema>;

const reply = { format: z.literal(format), site: name };
const sums = z.strictObject({ count, value: finite, log: finite.nullable() });
const spreads = z.strictObject({ squares: z.number().min(0), cubes: finite, logSquares: finite.nullable() });

/** From a site to the coordinator. */
export const replySchema = z.discriminatedUnion('reply', [
  z.strictObject({ ...reply, reply: z.literal('sums'), columns: z.array(sums) }),
  z.strictObject({ ...reply, reply: z.literal('spreads'), columns: z.array(spreads) }),
  z.strictObject({
    ...reply,
    reply: z.literal('statistics'),
    subjects: count,
    logLikelihood: z.number().max(0),
    gradient: z.array(finite),
    /** Lower triangle, row by row. */
    information: z.array(finite),
  }),
  z.strictObject({ ...reply, reply: z.literal('refused'), reasons: z.array(name).min(1) }),
]);
export type FederatedReply = z.infer<typeof replySchema>;
export type SiteStatistics = Extract<FederatedReply, { reply: 'statistics' }>;

/** A message from outside, when it is one. */
export function readMessage<Message>(
  schema: z.ZodType<Message>,
  document: unknown,
  path: string,
): Checked<Message> {
  const checked = schema.safeParse(document);
  if (checked.success) return accepted(checked.data);
  const [first, ...more] = checked.error.issues.map(
    (entry): Issue => issue('bad-value', `${path} ${entry.path.join('.')}`.trim(), entry.message),
  );
  return refused(first!, ...more);
}
