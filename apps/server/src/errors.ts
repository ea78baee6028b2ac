import type { ApiError } from '@myocast/api';
import type { FastifyReply } from 'fastify';

/** What can be wrong with a request, and the status code that says so. */
const statusOf = {
  'bad-request': 400,
  'not-signed-in': 401,
  'wrong-host': 403,
  'not-found': 404,
  'unknown-subject': 404,
  'not-there-yet': 404,
  'wrong-method': 405,
  'too-many-requests': 429,
  'not-readable': 500,
  internal: 500,
} as const;

export type ProblemKind = keyof typeof statusOf;

/** A request that cannot be answered, for a reason that its sender may know. */
export class Problem extends Error {
  readonly kind: ProblemKind;
  constructor(kind: ProblemKind, message: string) {
    super(message);
    this.name = 'Problem';
    this.kind = kind;
  }
}

/**
 * The only place that turns an error into a status code. What was not foreseen is
 * answered without its message, which may hold a path or a patient's value.
 */
export function sendProblem(error: unknown, reply: FastifyReply): FastifyReply {
  const { kind, message } = asProblem(error);
  const body: ApiError = { error: { kind, message } };
  return reply.status(statusOf[kind]).type('application/json; charset=utf-8').send(JSON.stringify(body));
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  if (status === 429) return new Problem('too-many-requests', 'too many requests; try again in a minute');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Problem('bad-request', 'the request is not as expected');
  return new Problem('internal', 'something went wrong in the server');
}
