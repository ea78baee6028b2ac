import { setTimeout as wait } from 'node:timers/promises';
import type { Archive, Patience } from './address.ts';
import { ArchiveFault, fault } from './archive-fault.ts';

export interface WebRequest {
  readonly method: 'GET' | 'POST';
  /** Under the root, with its query. */
  readonly path: string;
  readonly accept: string;
  readonly body?: { readonly type: string; readonly bytes: Uint8Array };
  /** Statuses beside 200 to 299 that are an answer. */
  readonly alsoAnswers?: readonly number[];
}

/** An answer of which the head has come. */
export interface WebAnswer {
  readonly status: number;
  readonly contentType: string;
  /** For messages: the address without its query, which may name a patient. */
  readonly shown: string;
  /** The body as it comes; a pause that is too long ends it with a fault. To be read once. */
  readonly chunks: () => AsyncGenerator<Uint8Array>;
}

const mostRedirects = 3;
/** Too many requests, and a server that is not well, for now. */
const passingStatuses = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Asks until there is an answer that can be read to its end. What may pass (no connection, no answer
 * in time, an answer that breaks off, a server that is busy or broken) is tried again, with growing
 * pauses; the rest is not.
 *
 * @throws ArchiveFault
 */
export async function ask<Value>(
  archive: Archive,
  request: WebRequest,
  read: (answer: WebAnswer) => Promise<Value>,
): Promise<Value> {
  return persist(archive.patience, async () => read(await askOnce(archive, request)));
}

/** Repeats what fails for a passing reason. */
export async function persist<Value>(
  { tries, firstWaitMs, mostWaitMs }: Patience,
  attempt: () => Promise<Value>,
): Promise<Value> {
  for (let trial = 1; ; trial++) {
    try {
      return await attempt();
    } catch (error) {
      if (trial >= tries || !(error instanceof ArchiveFault) || !error.passing) throw error;
      await wait(Math.min(mostWaitMs, firstWaitMs * 2 ** (trial - 1)));
    }
  }
}

/**
 * Asks once. Redirects are followed to the same origin alone, so that credentials go nowhere else.
 *
 * @throws ArchiveFault
 */
export async function askOnce(archive: Archive, request: WebRequest): Promise<WebAnswer> {
  const { origin } = new URL(archive.root);
  let address = `${archive.root}${request.path}`;
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const answer = await open(archive, address, request);
    const onward = redirectOf(answer.response, address);
    if (onward === null) return checked(answer, request);
    answer.stop();
    const shown = withoutQuery(address);
    if (new URL(onward).origin !== origin)
      throw fault(
        shown,
        `expected an answer, found a redirect to another place, ${new URL(onward).origin}: not followed`,
      );
    if (request.method === 'POST' && answer.response.status < 307)
      throw fault(
        shown,
        `expected an answer, found a redirect (${answer.response.status}) of a request with content`,
      );
    address = onward;
  }
  throw fault(withoutQuery(address), `expected an answer, found more than ${mostRedirects} redirects`);
}

interface OpenAnswer {
  readonly response: Response;
  readonly shown: string;
  readonly pauseMs: number;
  /** Ends the connection. */
  readonly stop: () => void;
}

async function open(
  { authorization, patience }: Archive,
  address: string,
  { method, accept, body }: WebRequest,
): Promise<OpenAnswer> {
  const shown = withoutQuery(address);
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), patience.answerMs);
  try {
    const response = await fetch(address, {
      method,
      redirect: 'manual',
      signal: control.signal,
      headers: {
        accept,
        ...(authorization === null ? {} : { authorization }),
        ...(body ? { 'content-type': body.type } : {}),
      },
      ...(body ? { body: body.bytes as Uint8Array<ArrayBuffer> } : {}),
    });
    return { response, shown, pauseMs: patience.pauseMs, stop: () => control.abort() };
  } catch (cause) {
    const why = control.signal.aborted ? `none within ${patience.answerMs / 1000} s` : reasonOf(cause);
    throw fault(shown, `expected an answer, found ${why}`, { passing: !isCertificate(cause) });
  } finally {
    clearTimeout(timer);
  }
}

function redirectOf({ status, headers }: Response, from: string): string | null {
  const location = headers.get('location');
  if (status < 300 || status > 399 || location === null) return null;
  if (!URL.canParse(location, from))
    throw fault(withoutQuery(from), 'expected an answer, found a broken redirect');
  return new URL(location, from).href;
}

function checked(
  { response, shown, pauseMs, stop }: OpenAnswer,
  { alsoAnswers = [] }: WebRequest,
): WebAnswer {
  const { status, headers } = response;
  if (response.ok || alsoAnswers.includes(status)) {
    const contentType = headers.get('content-type') ?? '';
    return { status, contentType, shown, chunks: () => chunksOf(response, { shown, pauseMs, stop }) };
  }
  stop();
  throw fault(shown, `expected an answer, found ${status} ${statusMeaning[status] ?? ''}`.trim(), {
    status,
    passing: passingStatuses.has(status),
  });
}

const statusMeaning: { readonly [status: number]: string } = {
  400: '(it does not understand the question)',
  401: '(it does not accept the credentials)',
  403: '(it does not allow this)',
  404: '(it does not have this)',
  406: '(it cannot give this format)',
  413: '(it finds this too large)',
  415: '(it does not take this format)',
};

async function* chunksOf(
  { body }: Response,
  { shown, pauseMs, stop }: Omit<OpenAnswer, 'response'>,
): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  let stalled = false;
  try {
    for (;;) {
      const timer = setTimeout(() => {
        stalled = true;
        stop();
      }, pauseMs);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } catch (cause) {
    const why = stalled ? `a pause of more than ${pauseMs / 1000} s` : reasonOf(cause);
    throw fault(shown, `expected the rest of the answer, found ${why}`, { passing: true, kind: 'truncated' });
  } finally {
    stop();
  }
}

/** The whole body; refused where it is larger than `most` bytes. */
export async function bodyOf(answer: WebAnswer, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.chunks()) {
    length += chunk.length;
    if (length > most) throw fault(answer.shown, `expected an answer of at most ${most} bytes, found more`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function withoutQuery(address: string): string {
  return address.split('?')[0]!;
}

/** What the system says of a failed connection, without the address. */
function reasonOf(error: unknown): string {
  const cause = (error as { readonly cause?: unknown }).cause;
  const { code, message } = (cause ?? error) as { readonly code?: string; readonly message?: string };
  return code ?? message ?? 'no connection';
}

function isCertificate(error: unknown): boolean {
  return /CERT|SIGNED|TLS|ISSUER|ALTNAME/.test(reasonOf(error));
}
