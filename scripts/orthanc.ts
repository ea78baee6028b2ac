// An Orthanc of this machine for scripts/check-archive.ts, and ways to it that break.
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const plugin = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';

export interface Login {
  readonly user: string;
  readonly password: string;
}

/** A port of this machine that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

/** Orthanc on this machine alone: its DIMSE server is off, its HTTP server refuses other machines. */
export async function startOrthanc(
  folder: string,
  port: number,
  { user, password }: Login,
): Promise<ChildProcess> {
  const configuration = {
    Name: 'check-archive',
    StorageDirectory: join(folder, 'db'),
    IndexDirectory: join(folder, 'db'),
    HttpPort: port,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: true,
    RegisteredUsers: { [user]: password },
    DicomServerEnabled: false,
    Plugins: [plugin],
    DicomWeb: { Enable: true, Root: '/dicom-web/' },
  };
  const file = join(folder, 'orthanc.json');
  await writeFile(file, JSON.stringify(configuration));
  const child = spawn('Orthanc', [file], { stdio: 'ignore' });
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  for (let trial = 0; trial < 120; trial++) {
    const ready = await fetch(`http://127.0.0.1:${port}/system`, { headers: { authorization } }).catch(
      () => null,
    );
    if (ready?.ok) return child;
    await wait(250);
  }
  child.kill('SIGKILL');
  throw new Error('Orthanc did not answer within 30 s');
}

/** Ends a process and waits for its end. */
export function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done();
    child.once('exit', () => done());
    child.kill(signal);
  });
}

/** A way to the archive that, when as many bytes have come back, kills the archive and is gone. */
export function brittleWay(
  to: number,
  bytes: number,
  kill: () => void,
): Promise<{ port: number; server: Server }> {
  let left = bytes;
  const sockets = new Set<Socket>();
  const server = createServer((inside) => {
    const outside = connect(to, '127.0.0.1');
    for (const socket of [inside, outside]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    inside.pipe(outside);
    outside.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left > 0) inside.write(chunk);
      else {
        kill();
        server.close();
        for (const socket of sockets) socket.destroy();
      }
    });
    outside.on('end', () => inside.end());
  });
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => done({ port: (server.address() as { port: number }).port, server }));
  });
}
