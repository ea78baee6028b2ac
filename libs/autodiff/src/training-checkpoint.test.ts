import { createHash } from 'node:crypto';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { compileTraining, Parameters, type TrainingPlan } from './index.ts';
import { add, sum } from './operators.ts';
import { adamW, lion } from './optimizers.ts';
import { batchOf, fixedSize, hex } from './training-samples.ts';

describe('checkpoints', () => {
  const rates = { learningRate: 0.02 };
  const plan = (threads: number): TrainingPlan => {
    const built = fixedSize();
    const seen = built.parameters.buffer('seen', [], 'zeros');
    return { ...built, ema: { decay: 0.9 }, threads, updates: [[seen, add(seen, 1)]] };
  };

  it.each([1, 2])(
    'ten steps, and five, a stop and five, give the same bytes with %i threads',
    async (threads) => {
      const straight = await compileTraining(plan(threads));
      for (let step = 0; step < 10; step++) await straight.step(batchOf(step, 4), rates);
      const first = await compileTraining(plan(threads));
      for (let step = 0; step < 5; step++) await first.step(batchOf(step, 4), rates);
      const saved = first.checkpoint();
      await first.close();
      const second = await compileTraining({ ...plan(1), resume: saved });
      expect(second.steps).toBe(5);
      for (let step = 5; step < 10; step++) await second.step(batchOf(step, 4), rates);
      expect(Buffer.from(second.checkpoint()).equals(straight.checkpoint())).toBe(true);
      expect(hex(await second.parameters({ averaged: true }))).toEqual(
        hex(await straight.parameters({ averaged: true })),
      );
      expect((await second.parameters())['seen']![0]).toBe(10);
      await straight.close();
      await second.close();
    },
  );

  it('damaged bytes and those of another model are refused in one line, and change nothing', async () => {
    const session = await compileTraining(plan(1));
    await session.step(batchOf(0, 4), rates);
    const bytes = session.checkpoint();
    const wrong = (place: number) => bytes.with(place, bytes[place]! ^ 1);
    // A header of someone else's, with a hash that fits.
    const signed = (header: string, rest = 0) => {
      const text = Buffer.from(header);
      const start = Buffer.from(bytes.slice(0, 16));
      start.writeUInt32LE(text.length, 12);
      const body = Buffer.concat([start, text, Buffer.alloc(rest)]);
      return new Uint8Array(Buffer.concat([body, createHash('sha256').update(body).digest()]));
    };
    const own = Buffer.from(bytes).toString('utf8', 16, 16 + Buffer.from(bytes).readUInt32LE(12));
    const cases: [Uint8Array, string][] = [
      [
        signed('null'),
        'expected a header with optimizer, steps, parameters, buffers and vectors, found null',
      ],
      [signed('{"steps"'), 'found {"steps"'],
      [signed(own.replace('"steps":1', '"steps":-1')), 'expected a header with'],
      [signed(own, 8), 'bytes of vectors, found 8'],
      [new Uint8Array(0), 'expected the start of a training checkpoint, found 0 bytes of something else'],
      [new TextEncoder().encode('PK and a lot of other text'), 'found 26 bytes of something else'],
      [bytes.slice(0, -1), 'expected bytes that fit their hash'],
      [bytes.slice(0, 60), 'expected bytes that fit their hash'],
      [bytes.slice(0, 20), 'expected bytes that fit their hash'],
      [wrong(8), 'expected format version 1, found 0'],
      [wrong(13), 'expected bytes that fit their hash'],
      [wrong(40), 'expected bytes that fit their hash'],
      [wrong(bytes.length - 100), 'expected bytes that fit their hash'],
      [wrong(bytes.length - 1), 'expected bytes that fit their hash'],
    ];
    for (const [given, message] of cases) {
      expect(() => session.restore(given)).toThrow(message);
      expect(Buffer.from(session.checkpoint()).equals(bytes)).toBe(true);
    }
    await session.close();
    const others: [Partial<TrainingPlan>, string][] = [
      [{ optimizer: lion() }, 'expected optimizer lion, found adamW'],
      [{ ema: { decay: 0.9 } }, 'with no more buffers, found seen []'],
    ];
    for (const [more, message] of others)
      await expect(compileTraining({ ...fixedSize(), ...more, resume: bytes })).rejects.toThrow(message);
    const parameters = new Parameters(new Random(1));
    const loss = sum(parameters.get('w', [2], 'ones'));
    await expect(compileTraining({ parameters, loss, optimizer: adamW(), resume: bytes })).rejects.toThrow(
      'training checkpoint: expected of this model, with w [2], found conv.weight [4, 1, 3, 3]',
    );
  });
});
