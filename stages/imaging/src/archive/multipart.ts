import { fault } from './archive-fault.ts';
import type { WebAnswer } from './web-request.ts';

/** One part of an answer of many. */
export interface Part {
  /** Small letters, without parameters. */
  readonly contentType: string;
  readonly bytes: Buffer;
}

const mostHeaderBytes = 16 * 1024;
const mostPreambleBytes = 64 * 1024;

/** The type before the first semicolon, and the parameters behind it. */
export function mediaType(header: string): {
  readonly type: string;
  readonly parameter: (name: string) => string | null;
} {
  const type = header.split(';')[0]!.trim().toLowerCase();
  const parameter = (name: string) => {
    const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^;"\\s]+))`, 'i').exec(header);
    return found ? (found[1] ?? found[2] ?? null) : null;
  };
  return { type, parameter };
}

/**
 * The parts of a multipart answer (RFC 2046), one at a time as they come, so that an answer of
 * thousands of images needs the memory of one.
 *
 * @param mostBytes of one part
 * @throws ArchiveFault for another content type, a part that is too large, or an answer without its end
 */
export async function* partsOf(answer: WebAnswer, mostBytes: number): AsyncGenerator<Part> {
  const { shown, contentType } = answer;
  const { type, parameter } = mediaType(contentType);
  const boundary = parameter('boundary');
  if (type !== 'multipart/related' || boundary === null || boundary.length > 70)
    throw fault(
      shown,
      `expected multipart/related with a boundary, found ${contentType || 'no content type'}`,
    );
  const source = scanner(answer);
  // The first delimiter may stand at the very beginning, without a line end before it.
  await source.until(`--${boundary}`, mostPreambleBytes);
  while (!(await isLast(source))) {
    const header = await headerOf(source);
    const bytes = await source.until(`\r\n--${boundary}`, mostBytes);
    yield { contentType: mediaType(fieldOf(header, 'content-type')).type, bytes };
  }
}

/** Behind a delimiter: two hyphens end the answer, else the rest of the line is white space. */
async function isLast(source: Scanner): Promise<boolean> {
  if ((await source.peek(2)).toString('latin1') === '--') return true;
  await source.until('\r\n', mostHeaderBytes);
  return false;
}

async function headerOf(source: Scanner): Promise<string> {
  // A part may have no header at all: then the empty line follows at once.
  if ((await source.peek(2)).toString('latin1') === '\r\n') {
    await source.until('\r\n', mostHeaderBytes);
    return '';
  }
  return (await source.until('\r\n\r\n', mostHeaderBytes)).toString('latin1');
}

function fieldOf(header: string, name: string): string {
  const line = header.split('\r\n').find((one) => one.toLowerCase().startsWith(`${name}:`));
  return line ? line.slice(name.length + 1).trim() : '';
}

interface Scanner {
  /** The bytes in front of a mark, which is passed over; refused when they are more than `most`. */
  until(mark: string, most: number): Promise<Buffer>;
  peek(length: number): Promise<Buffer>;
}

function scanner({ chunks, shown }: WebAnswer): Scanner {
  const source = chunks();
  let pending: Buffer = Buffer.alloc(0);
  const more = async (): Promise<Buffer> => {
    const { done, value } = await source.next();
    if (done) throw fault(shown, 'expected the end of the last part, found the end of the answer', truncated);
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  };
  return {
    async until(mark, most) {
      const taken: Buffer[] = [];
      let length = 0;
      const take = (count: number) => {
        length += count;
        if (length > most) throw fault(shown, `expected at most ${most} bytes in a part, found more`);
        taken.push(pending.subarray(0, count));
        pending = pending.subarray(count);
      };
      for (;;) {
        const at = pending.indexOf(mark, 0, 'latin1');
        if (at >= 0) {
          take(at);
          pending = pending.subarray(mark.length);
          return taken.length === 1 ? taken[0]! : Buffer.concat(taken);
        }
        // What may be the beginning of the mark is looked at again with the next piece.
        take(Math.max(0, pending.length - mark.length + 1));
        pending = Buffer.concat([pending, await more()]);
      }
    },
    async peek(length) {
      while (pending.length < length) pending = Buffer.concat([pending, await more()]);
      return pending.subarray(0, length);
    },
  };
}

const truncated = { kind: 'truncated', passing: true } as const;

/** Parts of one type as the body of a request (RFC 2387). */
export function multipartBody(
  parts: readonly Uint8Array[],
  type: string,
  boundary: string,
): { readonly type: string; readonly bytes: Uint8Array } {
  const pieces = parts.flatMap((bytes) => [
    Buffer.from(`--${boundary}\r\nContent-Type: ${type}\r\n\r\n`, 'latin1'),
    bytes,
    Buffer.from('\r\n', 'latin1'),
  ]);
  return {
    type: `multipart/related; type="${type}"; boundary=${boundary}`,
    bytes: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`, 'latin1')]),
  };
}
