import { z } from 'zod';

/** Every answer that is not a success: what sort of problem, and one line for a person. */
export const apiErrorSchema = z.object({
  error: z.object({ kind: z.string(), message: z.string() }),
});

export type ApiError = z.infer<typeof apiErrorSchema>;
