import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import staticFiles from '@fastify/static';
import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { guard } from './access.ts';
import { Problem, sendProblem } from './errors.ts';
import { addRoutes } from './routes.ts';

export interface ServerOptions {
  readonly studyFolder: string;
  /** Only the loopback address: what is served are patients' records. */
  readonly host?: '127.0.0.1';
  /** 0 takes a free port. */
  readonly port?: number;
  /** A line for each answer: method, route, status. Never an identifier or a value. */
  readonly log?: (line: string) => void;
}

/** A server that listens. */
export interface RunningServer {
  /** With the token: whoever has it may read the study. */
  readonly url: string;
  close(): Promise<void>;
}

/** The built web application (apps/web), from the sources as from dist/. */
const webFolder = fileURLToPath(new URL('../../web/dist/site/', import.meta.url));

/**
 * Serves one study folder to a browser on this machine.
 *
 * @throws RangeError when the host is not the loopback address
 * @throws Error when the folder is not there or the port is taken
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { studyFolder, host = '127.0.0.1', port = 8080 } = options;
  if (host !== '127.0.0.1') throw new RangeError(`startServer: expected host 127.0.0.1, got ${String(host)}`);
  if (!existsSync(studyFolder)) throw new Error(`there is no study folder ${studyFolder}`);
  const { app, token } = await createApp(options);
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    throw new Error(`cannot listen on ${host}:${port}`, { cause });
  }
  const { port: taken } = app.server.address() as AddressInfo;
  return { url: `http://${host}:${taken}/?token=${token}`, close: () => app.close() };
}

/** The application without a socket; tests ask it by `inject`. */
export async function createApp({
  studyFolder,
  log,
}: ServerOptions): Promise<{ app: FastifyInstance; token: string }> {
  // Connections that a browser keeps open must not keep the server from stopping.
  const app = Fastify({ logger: false, bodyLimit: 1024, forceCloseConnections: true });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, _request, reply) => sendProblem(error, reply));
  await app.register(helmet, helmetOptions);
  await app.register(rateLimit, { global: false, max: 600, timeWindow: 60_000 });
  // Before the guard, so that guesses at the token are counted too.
  app.addHook('onRequest', app.rateLimit());
  const { token } = guard(app);
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  if (log)
    app.addHook('onResponse', async ({ method, routeOptions }, reply) =>
      log(`${method} ${routeOptions.url ?? 'unknown route'} ${reply.statusCode}`),
    );
  addRoutes(app, studyFolder);
  if (existsSync(webFolder)) await app.register(staticFiles, { root: webFolder, cacheControl: false });
  else
    app.get('/', () =>
      Promise.reject(new Problem('not-there-yet', 'the web application is not built (npm run build)')),
    );
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(new Problem('not-found', 'there is nothing at this address'), reply),
  );
  return { app, token };
}

const helmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      // The component library and the plots set styles from script; styles alone cannot send anything out.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  // Plain HTTP on the loopback address: a promise of HTTPS would lock other local servers out.
  strictTransportSecurity: false,
  referrerPolicy: { policy: 'no-referrer' as const },
  xFrameOptions: { action: 'deny' as const },
};
