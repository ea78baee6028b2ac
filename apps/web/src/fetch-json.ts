import { apiErrorSchema } from '@myocast/api';

/** What the API answers, checked against its schema; an error carries the server's own line. */
export async function fetchJson<Value>(
  path: string,
  schema: { parse: (value: unknown) => Value },
): Promise<Value> {
  const response = await fetch(path);
  const body: unknown = await response.json();
  if (response.ok) return schema.parse(body);
  const problem = apiErrorSchema.safeParse(body);
  throw new Error(problem.success ? problem.data.error.message : `the server answered ${response.status}`);
}
