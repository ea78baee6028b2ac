import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Budget } from './archive-limits.ts';

/**
 * What a gzip stream unpacks to, a piece at a time. Bytes behind its end are ignored, as gzip does.
 *
 * @throws Error where the stream is damaged, cut off, or unpacks to more than the budget allows
 */
export async function* gunzipped(
  chunks: AsyncIterable<Uint8Array>,
  budget: Budget,
): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 2 ** 18 });
  // An error of the source ends the stream of the result, where it is thrown.
  pipeline(Readable.from(chunks, { objectMode: false }), gunzip, () => undefined);
  for await (const chunk of gunzip) {
    const over = budget.unpack((chunk as Uint8Array).length);
    if (over !== null) throw new Error(over);
    yield chunk as Uint8Array;
  }
}
