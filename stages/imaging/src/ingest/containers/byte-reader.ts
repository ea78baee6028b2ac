import { read } from 'node:fs';
import { promisify } from 'node:util';

const readInto = promisify(read);

/** Bytes that can be read from any place: a file on disk, or one that is in memory. */
export interface ByteReader {
  readonly size: number;
  /** Shorter than asked for where the bytes end. */
  read(start: number, length: number): Promise<Uint8Array>;
}

/** A reader of bytes in memory; what it reads are views. */
export function readerOf(bytes: Uint8Array): ByteReader {
  return { size: bytes.length, read: async (start, length) => bytes.subarray(start, start + length) };
}

/** A reader of an open file; `head`, its first bytes, is not read again. */
export function readerOfFile(descriptor: number, size: number, head: Uint8Array): ByteReader {
  return {
    size,
    async read(start, length) {
      const end = Math.min(size, start + length);
      if (start >= end) return new Uint8Array(0);
      if (end <= head.length) return head.subarray(start, end);
      const bytes = Buffer.allocUnsafeSlow(end - start);
      let done = 0;
      while (done < bytes.length) {
        const { bytesRead } = await readInto(descriptor, bytes, done, bytes.length - done, start + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    },
  };
}

const chunkBytes = 2 ** 20;

/** All the bytes from the first to the last, a piece at a time. */
export async function* chunksOf(reader: ByteReader): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < reader.size; start += chunkBytes) {
    const chunk = await reader.read(start, chunkBytes);
    if (chunk.length === 0) return;
    yield chunk;
  }
}

/** Bytes that come in pieces and are taken in pieces of other sizes. */
export interface ByteQueue {
  /** The next bytes, without taking them; fewer where the bytes end. */
  peek(length: number): Promise<Uint8Array>;
  /** The next bytes; fewer where the bytes end. Memory grows with what has come, not with what is asked for. */
  take(length: number): Promise<Uint8Array>;
  /** @returns how many bytes could be passed over */
  skip(length: number): Promise<number>;
}

export function queueOf(chunks: AsyncIterator<Uint8Array>): ByteQueue {
  let head: Uint8Array = new Uint8Array(0);
  /** The next piece of at most `most` bytes; empty at the end. */
  const piece = async (most: number): Promise<Uint8Array> => {
    while (head.length === 0) {
      const { done, value } = await chunks.next();
      if (done) return head;
      head = value;
    }
    const taken = head.subarray(0, most);
    head = head.subarray(taken.length);
    return taken;
  };
  const take = async (length: number): Promise<Uint8Array> => {
    const pieces: Uint8Array[] = [];
    let missing = length;
    while (missing > 0) {
      const taken = await piece(missing);
      if (taken.length === 0) break;
      pieces.push(taken);
      missing -= taken.length;
    }
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  };
  return {
    take,
    async peek(length) {
      const taken = await take(length);
      head = head.length === 0 ? taken : Buffer.concat([taken, head]);
      return taken;
    },
    async skip(length) {
      let missing = length;
      while (missing > 0) {
        const taken = await piece(missing);
        if (taken.length === 0) break;
        missing -= taken.length;
      }
      return length - missing;
    },
  };
}
