import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { Random } from '@myocast/base';
import ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { exportSample, exportSamples } from './export-samples.ts';
import { loadModel } from './index.ts';
import { inspectModel } from './model-bytes.ts';
import { encodeModel, type GraphProto, type NodeProto } from './onnx.ts';

const node = (opType: string, inputs: string[], outputs: string[]): NodeProto => ({
  opType,
  name: opType,
  inputs,
  outputs,
  attributes: {},
});
const graph: GraphProto = {
  name: 'g',
  nodes: [node('Add', ['x', 'w'], ['y'])],
  initializers: [{ name: 'w', shape: [4], data: Float32Array.of(1, 2, 3, 4) }],
  inputs: [{ name: 'x', shape: [4] }],
  outputs: [{ name: 'y', shape: [4] }],
};
const good = encodeModel({ graph, metadata: {} });

type Write = (writer: BinaryWriter) => void;
const nested =
  (field: number, write: Write): Write =>
  (writer) => {
    writer.tag(field, WireType.LengthDelimited).fork();
    write(writer);
    writer.join();
  };
const text = (field: number, value: string): Write =>
  nested(field, (writer) => writer.raw(Buffer.from(value)));
const whole =
  (field: number, value: number | bigint): Write =>
  (writer) =>
    writer.tag(field, WireType.Varint).int64(value.toString());
const bytesOf = (...parts: Write[]) => {
  const writer = new BinaryWriter();
  for (const write of parts) write(writer);
  return writer.finish();
};
const all =
  (...parts: Write[]): Write =>
  (writer) => {
    for (const write of parts) write(writer);
  };

/** y = x + w, with w and what else stands in the graph written as it is given. */
const modelWith = (...inGraph: Write[]) => {
  const value = (name: string) =>
    all(text(1, name), nested(2, nested(1, all(whole(1, 1), nested(2, nested(1, whole(1, 4)))))));
  const add = all(text(1, 'x'), text(1, 'w'), text(2, 'y'), text(4, 'Add'));
  return bytesOf(
    whole(1, 8),
    nested(7, all(nested(1, add), text(2, 'g'), ...inGraph, nested(11, value('x')), nested(12, value('y')))),
    nested(8, whole(2, 17)),
  );
};
const entry = (key: string, value: string) => nested(13, all(text(1, key), text(2, value)));
const refusal = async (bytes: Uint8Array): Promise<string> =>
  loadModel(bytes).then(
    () => 'opened',
    (error: unknown) => (error as Error).message,
  );

describe('hostile bytes', () => {
  it('a model whose weights stand in another file is refused, though onnxruntime would have read it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'myocast-hostile-'));
    writeFileSync(join(folder, 'secret'), new Uint8Array(Float32Array.of(5, 6, 7, 8).buffer));
    const elsewhere = (location: string) =>
      modelWith(
        nested(5, all(whole(1, 4), whole(2, 1), text(8, 'w'), entry('location', location), whole(14, 1))),
      );
    for (const location of ['secret', join(folder, 'secret'), '../../../../etc/passwd', '/dev/zero'])
      expect(await refusal(elsewhere(location))).toBe(
        'cannot open the ONNX model: data in other files are not taken',
      );
    // Seen by the bare library: such a file is opened relative to the working folder.
    await expect(ort.InferenceSession.create(elsewhere('no-such-file'))).rejects.toThrow(/no-such-file/);
  });

  it('sizes that the bytes cannot hold are refused before memory is asked for', async () => {
    const lengths = (...shape: (number | bigint)[]) =>
      modelWith(nested(5, all(...shape.map((length) => whole(1, length)), whole(2, 1), text(8, 'w'))));
    expect(await refusal(lengths(2 ** 40))).toMatch(
      /tensor "w": expected at most \d+ elements, found 1099511627776/,
    );
    expect(await refusal(lengths(2 ** 31, 2 ** 31, 2 ** 31))).toContain('expected at most');
    expect(await refusal(lengths(-4))).toContain('expected at most');
    const large = { name: 'size', shape: [2], data: BigInt64Array.of(2n ** 20n, 2n ** 20n) };
    const growing = { ...graph, nodes: [node('Expand', ['w', 'size'], ['y'])] };
    const bytes = encodeModel({ graph: { ...growing, initializers: [large] }, metadata: {} });
    expect(await refusal(bytes)).toContain('a tensor of 1099511627776 elements is asked for');
  });

  it('what a trained model has no need of is refused', async () => {
    const inAttribute = (field: number) =>
      modelWith(nested(1, all(text(4, 'If'), nested(5, nested(field, text(2, 'then'))))));
    for (const field of [6, 11]) expect(await refusal(inAttribute(field))).toContain('graphs within a node');
    const custom = modelWith(nested(1, all(text(4, 'Run'), text(7, 'com.microsoft'))));
    expect(await refusal(custom)).toContain('operator "Run" is of "com.microsoft"');
    const functions = new Uint8Array([...good, ...bytesOf(text(25, ''))]);
    expect(await refusal(functions)).toContain('local functions');
    expect(await refusal(new Uint8Array([...good, ...good]))).toContain('expected one graph, found 2');
  });

  it('the message is one line without control characters, whatever the bytes hold', async () => {
    const custom = modelWith(nested(1, all(text(4, 'a\n\u001b[31m'), text(7, 'x\r\n'.repeat(500)))));
    const message = await refusal(custom);
    expect(message).toMatch(/^[^\u0000-\u001f]+$/);
    expect(message.length).toBeLessThan(400);
  });

  it('a file cut off anywhere is refused', async () => {
    const bytes = exportSample(exportSamples.transformer);
    for (let length = 0; length < bytes.length; length++)
      expect(() => inspectModel(bytes.subarray(0, length)), `${length} bytes`).toThrow();
    expect(await refusal(bytes.slice(0, -100))).toMatch(/^cannot open the ONNX model: /);
  });

  it('several hundred damaged files are opened or refused with an Error, and the process goes on', async () => {
    const random = new Random('damage');
    const samples = Object.values(exportSamples).map((sample) => exportSample(sample));
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const bytes = samples[round % samples.length]!.slice();
      for (let flips = 0; flips < 1 + (round % 4); flips++) {
        const place = Math.floor(random.uniform(0, bytes.length));
        bytes[place] = bytes[place]! ^ (1 << Math.floor(random.uniform(0, 8)));
      }
      const model = await loadModel(bytes).catch((error: unknown) => error);
      if (model instanceof Error) refused++;
      else await (model as { close(): Promise<void> }).close();
    }
    expect(refused).toBeGreaterThan(100);
    const model = await loadModel(samples[0]!);
    await model.close();
  });

  it('bytes that are nothing at all are refused', async () => {
    const random = new Random('noise');
    expect(() => inspectModel(new Uint8Array())).toThrow('expected one graph, found 0');
    for (let round = 0; round < 100; round++) {
      const noise = Uint8Array.from({ length: 200 }, () => Math.floor(random.uniform(0, 256)));
      expect(await refusal(noise)).toMatch(/^cannot open the ONNX model: /);
    }
  });
});
