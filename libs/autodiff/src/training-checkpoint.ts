import { createHash } from 'node:crypto';
import { showShape } from './tensor.ts';
import type { Packed } from './training-plan.ts';
import type { TrainingState } from './training-state.ts';

/**
 * The bytes: "MYOTRAIN", the format version and the length of the header (uint32
 * each), the header as JSON, the vectors it names (float32), the SHA-256 of all
 * before it. Little-endian, as is every platform Node runs on.
 */
const magic = 'MYOTRAIN';
const version = 1;
const fixedLength = 16;
const hashLength = 32;

/** What must be the same on both sides. */
interface Header {
  readonly optimizer: string;
  readonly steps: number;
  /** "a.weight [3, 2]", in the order of the vector. */
  readonly parameters: readonly string[];
  readonly buffers: readonly string[];
  readonly vectors: readonly { readonly name: string; readonly length: number }[];
}

const show = ({ tensors }: Packed): string[] =>
  tensors.map(({ attributes, shape }) => `${attributes.name} ${showShape(shape)}`);

function headerOf(state: TrainingState, optimizer: string): Header {
  const { layout, names, steps } = state;
  return {
    optimizer,
    steps,
    parameters: show(layout.parameters),
    buffers: show(layout.buffers),
    vectors: names.map((name) => ({ name, length: state.vector(name).length })),
  };
}

/** All that a session needs to go on as if it had never stopped. */
export function writeCheckpoint(state: TrainingState, optimizer: string): Uint8Array {
  const header = Buffer.from(JSON.stringify(headerOf(state, optimizer)));
  const start = Buffer.alloc(fixedLength);
  start.write(magic, 'latin1');
  start.writeUInt32LE(version, 8);
  start.writeUInt32LE(header.length, 12);
  const vectors = state.names.map((name) => {
    const { buffer, byteOffset, byteLength } = state.vector(name);
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
  const body = Buffer.concat([start, header, ...vectors]);
  return new Uint8Array(Buffer.concat([body, hash(body)]));
}

/**
 * Puts a state back as a checkpoint holds it, or leaves it alone and refuses.
 *
 * @throws Error with one line: what was expected and what was found
 */
export function readCheckpoint(bytes: Uint8Array, state: TrainingState, optimizer: string): void {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { header, payload } = unpack(data);
  sameModel(header, headerOf(state, optimizer));
  const length = 4 * header.vectors.reduce((sum, vector) => sum + vector.length, 0);
  if (payload.length !== length) refuse(`${length} bytes of vectors`, `${payload.length}`);
  let start = 0;
  for (const { name, length } of header.vectors) {
    const part = payload.subarray(start, start + length * 4);
    new Uint8Array(state.vector(name).buffer).set(part);
    start += length * 4;
  }
  state.steps = header.steps;
}

function unpack(data: Buffer): { header: Header; payload: Buffer } {
  if (data.length < fixedLength || data.toString('latin1', 0, 8) !== magic)
    return refuse('the start of a training checkpoint', `${data.length} bytes of something else`);
  const found = data.readUInt32LE(8);
  if (found !== version) return refuse(`format version ${version}`, `${found}`);
  const end = data.length - hashLength;
  const start = fixedLength + data.readUInt32LE(12);
  if (start > end || !hash(data.subarray(0, end)).equals(data.subarray(end)))
    return refuse('bytes that fit their hash', `${data.length} bytes that are damaged or cut short`);
  return {
    header: readHeader(data.toString('utf8', fixedLength, start)),
    payload: data.subarray(start, end),
  };
}

/** The hash is no secret: whoever wrote the bytes may have written anything. */
function readHeader(text: string): Header {
  let header: Partial<Header> | null = null;
  try {
    header = JSON.parse(text) as Partial<Header> | null;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  const { optimizer, steps, parameters, buffers, vectors } = header ?? {};
  const lists = [parameters, buffers, vectors].every((list) => Array.isArray(list));
  if (typeof optimizer !== 'string' || !Number.isInteger(steps) || steps! < 0 || !lists)
    return refuse('a header with optimizer, steps, parameters, buffers and vectors', text.slice(0, 60));
  return header as Header;
}

function sameModel(found: Header, expected: Header): void {
  if (found.optimizer !== expected.optimizer) refuse(`optimizer ${expected.optimizer}`, found.optimizer);
  for (const list of ['parameters', 'buffers'] as const) {
    const count = Math.max(found[list].length, expected[list].length);
    for (let place = 0; place < count; place++) {
      const [theirs, ours] = [found[list][place], expected[list][place]];
      if (theirs !== ours)
        refuse(`of this model, with ${ours ?? `no more ${list}`}`, theirs ?? `no more ${list}`);
    }
  }
  const vectors = ({ vectors: all }: Header) => all.map(({ name, length }) => `${name} ${length}`).join(', ');
  if (vectors(found) !== vectors(expected)) refuse(vectors(expected), vectors(found));
}

const hash = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

function refuse(expected: string, found: string): never {
  throw new Error(`training checkpoint: expected ${expected}, found ${found}`);
}
