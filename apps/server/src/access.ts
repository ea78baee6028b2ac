import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './errors.ts';

/** Who may ask: the holder of the address with the token, from this machine. */
export interface Access {
  /** The token of the address; good for as long as the server runs. */
  readonly token: string;
}

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Guards every route. A token made at the start is exchanged, at `/?token=…`, for
 * a cookie that scripts cannot read and other sites cannot send; without it the
 * answer is 401. A Host header of another name is refused, so that a web site
 * that points its own name at 127.0.0.1 (DNS rebinding) gets nothing.
 */
export function guard(app: FastifyInstance): Access {
  const token = randomBytes(32).toString('base64url');
  const session = randomBytes(32).toString('base64url');
  // Cookies are shared by all ports of a host: another server must not overwrite this one's.
  const cookie = `myocast_${randomBytes(4).toString('hex')}`;
  app.addHook('onRequest', async (request, reply) => {
    if (!loopbackHosts.has(hostName(request)))
      throw new Problem('wrong-host', 'expected the Host header to be 127.0.0.1 or localhost');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      throw new Problem('wrong-method', `expected GET, got ${request.method}`);
    const offered = tokenOf(request);
    if (offered !== null && same(offered, token)) {
      reply.header('set-cookie', `${cookie}=${session}; Path=/; HttpOnly; SameSite=Strict`);
      return reply.redirect('/', 303);
    }
    if (!same(cookieOf(request, cookie), session))
      throw new Problem('not-signed-in', 'open the address with the token that "myocast serve" printed');
    return undefined;
  });
  return { token };
}

function hostName({ headers }: FastifyRequest): string {
  return (headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
}

function tokenOf({ url }: FastifyRequest): string | null {
  if (!url.startsWith('/?')) return null;
  return new URLSearchParams(url.slice(2)).get('token');
}

function cookieOf({ headers }: FastifyRequest, name: string): string {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.[1] ?? '';
}

/** Compares hashes, so that neither content nor length shows in the time it takes. */
function same(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
