import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import {
  type AgreedContext,
  agreedContexts,
  associateAccept,
  associateReject,
  type AssociateRequest,
  readAssociateRequest,
  type rejection,
} from './associate.ts';
import { answerTo, type Command, commandField, readCommand, status } from './command.ts';
import { type StoredInstance, storeInstance } from './instance-store.ts';
import {
  commandPdu,
  type DataValue,
  dataValues,
  type Pdu,
  pdu,
  pduType,
  pdusOf,
  ProtocolFault,
} from './pdu.ts';

export interface ReceiverOptions {
  /** Where instances go: `<StudyInstanceUID>/<SOPInstanceUID>.dcm`. */
  readonly folder: string;
  readonly port: number;
  readonly host: string;
  /** Our name; who calls another is refused. */
  readonly aeTitle: string;
  /** Names of those who may send; others are refused. */
  readonly callers: readonly string[];
  readonly mostAssociations?: number;
  /** Of one instance, and of all that are on their way together. */
  readonly mostBytes?: number;
  readonly idleMs?: number;
  /** Called for every instance, and for every refusal and broken connection. */
  readonly report: (event: ReceiverEvent) => void;
}

export type ReceiverEvent =
  | ({ readonly what: 'instance'; readonly caller: string } & StoredInstance)
  | { readonly what: 'refused' | 'broken'; readonly caller: string; readonly message: string };

export interface Receiver {
  readonly port: number;
  /** Takes no new connections, lets those that are open finish, and ends those that do not. */
  close(graceMs?: number): Promise<void>;
}

/** What all connections share. */
interface Shared {
  readonly options: Required<ReceiverOptions>;
  readonly sockets: Set<Socket>;
  /** Bytes of instances that are on their way. */
  held: number;
}

const defaults = { mostAssociations: 8, mostBytes: 512 * 2 ** 20, idleMs: 60_000 } as const;

/**
 * A receiver of images over DIMSE (C-STORE and C-ECHO): for archives and scanners that send but
 * speak no DICOMweb. Nothing is decoded or changed on the way to disk. Callers are told from each other by
 * name alone, which is no proof: put it on a network that is trusted.
 */
export async function openReceiver(given: ReceiverOptions): Promise<Receiver> {
  const shared: Shared = { options: { ...defaults, ...given }, sockets: new Set(), held: 0 };
  const server = createServer((socket) => void serve(socket, shared));
  await listening(server, given);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close(graceMs = 10_000) {
      const timer = setTimeout(() => {
        for (const socket of shared.sockets) socket.destroy();
      }, graceMs);
      return new Promise((resolve) => {
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
  };
}

function listening(server: Server, { port, host }: ReceiverOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new Error(`cannot listen on ${host}:${port}`, { cause })));
    server.listen(port, host, resolve);
  });
}

/** One connection, from the request to its end. */
interface Association {
  readonly socket: Socket;
  readonly shared: Shared;
  request: AssociateRequest | null;
  contexts: ReadonlyMap<number, AgreedContext>;
  command: Command | null;
  commandPieces: Buffer[];
  datasetPieces: Buffer[];
  datasetBytes: number;
  tooLarge: boolean;
}

async function serve(socket: Socket, shared: Shared): Promise<void> {
  const { sockets, options } = shared;
  const crowded = sockets.size >= options.mostAssociations;
  sockets.add(socket);
  socket.setTimeout(options.idleMs, () =>
    socket.destroy(new ProtocolFault(`nothing came for ${options.idleMs / 1000} s`)),
  );
  const association: Association = {
    socket,
    shared,
    request: null,
    contexts: new Map(),
    command: null,
    commandPieces: [],
    datasetPieces: [],
    datasetBytes: 0,
    tooLarge: false,
  };
  try {
    // The last answer is still to be written when we stop reading.
    const chunks = socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    for await (const unit of pdusOf(chunks)) if (!(await handle(association, unit, crowded))) break;
    const unfinished = association.command?.sopInstance;
    if (unfinished !== undefined)
      throw new ProtocolFault(`expected the rest of ${unfinished}, found the end`);
    socket.end();
  } catch (error) {
    const { message } = error as Error;
    options.report({ what: 'broken', caller: association.request?.callingAe ?? '', message });
    if (socket.writable && error instanceof ProtocolFault)
      socket.end(pdu(pduType.abort, Uint8Array.of(0, 0, 2, 0)));
    else socket.destroy();
  } finally {
    forget(association);
    sockets.delete(socket);
  }
}

/** @returns whether the connection goes on */
async function handle(association: Association, { type, body }: Pdu, crowded: boolean): Promise<boolean> {
  if (association.request === null) {
    if (type !== pduType.associateRequest)
      throw new ProtocolFault(`expected a request for an association, found type ${type}`);
    return associate(association, readAssociateRequest(body), crowded);
  }
  if (type === pduType.data) {
    for (const value of dataValues(body)) await take(association, value);
    return true;
  }
  if (type === pduType.releaseRequest)
    association.socket.write(pdu(pduType.releaseAnswer, new Uint8Array(4)));
  else if (type !== pduType.abort) throw new ProtocolFault(`expected data or a release, found type ${type}`);
  return false;
}

function associate(association: Association, request: AssociateRequest, crowded: boolean): boolean {
  const { socket, shared } = association;
  const why = refusalOf(request, shared.options, crowded);
  if (why !== null) {
    const message = {
      busy: 'too many at once',
      calledAe: `calls ${request.calledAe}`,
      callingAe: 'not among the callers',
    }[why];
    shared.options.report({ what: 'refused', caller: request.callingAe, message });
    socket.write(associateReject(why));
    return false;
  }
  association.request = request;
  association.contexts = agreedContexts(request);
  socket.write(associateAccept(request, association.contexts));
  return true;
}

function refusalOf(
  { calledAe, callingAe }: AssociateRequest,
  { aeTitle, callers }: ReceiverOptions,
  crowded: boolean,
): keyof typeof rejection | null {
  if (crowded) return 'busy';
  if (calledAe !== aeTitle) return 'calledAe';
  return callers.includes(callingAe) ? null : 'callingAe';
}

const mostCommandBytes = 64 * 1024;

/** Takes a piece of a command or of its data set, and acts when it is whole. */
async function take(
  association: Association,
  { context, isCommand, isLast, bytes }: DataValue,
): Promise<void> {
  const agreed = association.contexts.get(context);
  if (agreed === undefined)
    throw new ProtocolFault(`expected a context that was agreed on, found ${context}`);
  if (isCommand) {
    association.commandPieces.push(Buffer.from(bytes));
    const length = association.commandPieces.reduce((sum, piece) => sum + piece.length, 0);
    if (length > mostCommandBytes)
      throw new ProtocolFault(`expected a command of at most ${mostCommandBytes} bytes`);
    if (!isLast) return;
    association.command = readCommand(Buffer.concat(association.commandPieces));
    association.commandPieces = [];
    if (!association.command.hasDataset) await act(association, agreed);
    return;
  }
  if (association.command === null) throw new ProtocolFault('expected a command, found a data set');
  hold(association, bytes);
  if (isLast) await act(association, agreed);
}

/** Keeps a piece of an instance, as long as all that are on their way fit. */
function hold(association: Association, bytes: Buffer): void {
  const { shared } = association;
  if (association.tooLarge || shared.held + bytes.length > shared.options.mostBytes) {
    forget(association);
    association.tooLarge = true;
    return;
  }
  shared.held += bytes.length;
  association.datasetBytes += bytes.length;
  association.datasetPieces.push(Buffer.from(bytes));
}

function forget(association: Association): void {
  association.shared.held -= association.datasetBytes;
  association.datasetBytes = 0;
  association.datasetPieces = [];
}

/** Does what the command says, and answers. */
async function act(association: Association, agreed: AgreedContext): Promise<void> {
  const command = association.command!;
  const found = await outcomeOf(association, command, agreed);
  forget(association);
  association.command = null;
  association.tooLarge = false;
  association.socket.write(commandPdu(agreed.id, answerTo(command, found)));
}

async function outcomeOf(
  { shared, datasetPieces, tooLarge, request }: Association,
  command: Command,
  agreed: AgreedContext,
): Promise<number> {
  if (command.field === commandField.echoRequest) return status.success;
  if (command.field !== commandField.storeRequest) return status.unknownOperation;
  const { folder, mostBytes, report } = shared.options;
  const stored = tooLarge
    ? { status: status.outOfResources, file: '', message: `more than ${mostBytes} bytes on their way` }
    : await storeInstance(folder, Buffer.concat(datasetPieces), agreed, command).catch((cause: unknown) => ({
        status: status.outOfResources,
        file: '',
        message: cause instanceof Error ? cause.message : String(cause),
      }));
  report({ what: 'instance', caller: request!.callingAe, ...stored });
  return stored.status;
}
