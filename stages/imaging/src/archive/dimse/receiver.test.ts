import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { files } from '../fake-archive.fixture.ts';
import { pdu } from './pdu.ts';
import { openReceiver, type Receiver, type ReceiverEvent, type ReceiverOptions } from './receiver.ts';

let folder: string;
const open: Receiver[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'receiver-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => Promise.all(open.splice(0).map((receiver) => receiver.close(100))));

async function start(name: string, more: Partial<ReceiverOptions> = {}) {
  const events: ReceiverEvent[] = [];
  const out = join(folder, name);
  const receiver = await openReceiver({
    folder: out,
    port: 0,
    host: '127.0.0.1',
    aeTitle: 'MYOCAST',
    callers: ['SENDER'],
    report: (event) => events.push(event),
    ...more,
  });
  open.push(receiver);
  return { receiver, events, out };
}

const item = (type: number, content: Buffer) => {
  const head = Buffer.from([type, 0, content.length >> 8, content.length & 0xff]);
  return Buffer.concat([head, content]);
};
const text = (value: string) => Buffer.from(value, 'latin1');
const mrImage = '1.2.840.10008.5.1.4.1.1.4';

/** Context 1 is verification, 3 MR images, 5 a query that is not taken. */
function request(calling = 'SENDER', called = 'MYOCAST'): Buffer {
  const context = (id: number, syntax: string) =>
    item(
      0x20,
      Buffer.concat([
        Buffer.from([id, 0, 0, 0]),
        item(0x30, text(syntax)),
        item(0x40, text('1.2.840.10008.1.2.1')),
      ]),
    );
  const body = Buffer.concat([
    Buffer.from([0, 1, 0, 0]),
    text(called.padEnd(16)),
    text(calling.padEnd(16)),
    Buffer.alloc(32),
    item(0x10, text('1.2.840.10008.3.1.1.1')),
    context(1, '1.2.840.10008.1.1'),
    context(3, mrImage),
    context(5, '1.2.840.10008.5.1.4.1.2.2.1'),
  ]);
  return pdu(1, body);
}

const element = (number: number, value: Buffer) => {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(number, 2);
  head.writeUInt32LE(value.length, 4);
  return Buffer.concat([head, value]);
};
const word = (value: number) => Buffer.from([value & 0xff, value >> 8]);
const uid = (value: string) => text(value.length % 2 ? `${value}\0` : value);

function dataPdu(context: number, control: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt32BE(bytes.length + 2);
  head[4] = context;
  head[5] = control;
  return pdu(4, Buffer.concat([head, bytes]));
}

const echo = dataPdu(
  1,
  3,
  Buffer.concat([element(0x100, word(0x30)), element(0x110, word(7)), element(0x800, word(0x101))]),
);

/** A store of a file in pieces of 100 bytes. */
function store(file: Uint8Array, instance: string): Buffer {
  const bytes = Buffer.from(file);
  const dataset = bytes.subarray(144 + bytes.readUInt32LE(140));
  const command = Buffer.concat([
    element(0x2, uid(mrImage)),
    element(0x100, word(1)),
    element(0x110, word(9)),
    element(0x800, word(0)),
    element(0x1000, uid(instance)),
  ]);
  const pieces: Buffer[] = [dataPdu(3, 1, command.subarray(0, 20)), dataPdu(3, 3, command.subarray(20))];
  for (let at = 0; at < dataset.length; at += 100)
    pieces.push(dataPdu(3, at + 100 < dataset.length ? 0 : 2, dataset.subarray(at, at + 100)));
  return Buffer.concat(pieces);
}
const release = pdu(5, Buffer.alloc(4));

/** Everything that comes back until the connection ends, what is sent going in steps of some bytes. */
function talk(receiver: Receiver, bytes: Buffer, step = bytes.length): Promise<Buffer> {
  return new Promise((resolve) => {
    const came: Buffer[] = [];
    const socket = connect(receiver.port, '127.0.0.1', () => {
      for (let at = 0; at < bytes.length; at += step) socket.write(bytes.subarray(at, at + step));
    });
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => came.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(came)));
  });
}

/** Types of the units, and the status of each answer. */
function said(answer: Buffer): readonly string[] {
  const words: string[] = [];
  for (let at = 0; at + 6 <= answer.length; at += 6 + answer.readUInt32BE(at + 2)) {
    const body = answer.subarray(at + 6, at + 6 + answer.readUInt32BE(at + 2));
    const mark = body.indexOf(Buffer.from([0, 0, 0, 9, 2, 0, 0, 0]));
    words.push(answer[at] === 4 ? `status ${body.readUInt16LE(mark + 8).toString(16)}` : `${answer[at]}`);
    if (answer[at] === 3) words.push([...body.subarray(1)].join('.'));
  }
  return words;
}

describe('openReceiver', () => {
  it('answers an echo and stores what it is sent, byte by byte, in whatever pieces it comes', async () => {
    for (const step of [7, 1000, 1e6]) {
      const { receiver, events, out } = await start(`whole-${step}`);
      const sent = Buffer.concat([
        request(),
        echo,
        store(files[0]!, '1.1.1.1'),
        store(files[1]!, '1.1.1.2'),
        release,
      ]);
      expect(said(await talk(receiver, sent, step))).toEqual(['2', 'status 0', 'status 0', 'status 0', '6']);
      expect(events.map(({ what }) => what)).toEqual(['instance', 'instance']);
      expect((await readdir(join(out, '1.1'))).sort()).toEqual(['1.1.1.1.dcm', '1.1.1.2.dcm']);
      const stored = await readFile(join(out, '1.1', '1.1.1.1.dcm'));
      const original = Buffer.from(files[0]!);
      const dataset = (file: Buffer) => file.subarray(144 + file.readUInt32LE(140));
      expect(dataset(stored).equals(dataset(original))).toBe(true);
    }
  });

  it('refuses other names, and contexts that are no storage', async () => {
    const { receiver, events } = await start('names');
    expect(said(await talk(receiver, request('EVIL')))).toEqual(['3', '1.1.3']);
    expect(said(await talk(receiver, request('SENDER', 'OTHER')))).toEqual(['3', '1.1.7']);
    expect(events.map(({ what }) => what)).toEqual(['refused', 'refused']);
    const accepted = await talk(receiver, Buffer.concat([request(), release]));
    // Context, reserved, result, reserved: 0 is accepted, 3 an abstract syntax that is not taken.
    for (const id of [1, 3]) expect(accepted.indexOf(Buffer.from([id, 0, 0, 0, 0x40]))).toBeGreaterThan(0);
    expect(accepted.indexOf(Buffer.from([5, 0, 3, 0, 0x40]))).toBeGreaterThan(0);
  });

  it('stores an instance once; the same again is stored, other content under its name is refused', async () => {
    const { receiver, out } = await start('twice');
    const again = Buffer.concat([
      request(),
      store(files[0]!, '1.1.1.1'),
      store(files[0]!, '1.1.1.1'),
      release,
    ]);
    expect(said(await talk(receiver, again))).toEqual(['2', 'status 0', 'status 0', '6']);
    const changed = Uint8Array.from(files[0]!);
    changed[changed.length - 1] = 77;
    const other = Buffer.concat([request(), store(changed, '1.1.1.1'), release]);
    expect(said(await talk(receiver, other))).toEqual(['2', 'status 111', '6']);
    const stored = await readFile(join(out, '1.1', '1.1.1.1.dcm'));
    expect(stored.at(-1)).toBe(files[0]!.at(-1));
  });

  it('refuses what is not the instance that was announced, what is no data set, and what is too large', async () => {
    const { receiver, out } = await start('wrong', { mostBytes: 2000 });
    const wrong = Buffer.concat([request(), store(files[0]!, '1.1.1.9'), release]);
    expect(said(await talk(receiver, wrong))).toEqual(['2', 'status a900', '6']);
    const noise = Buffer.concat([
      files[0]!.subarray(0, 144 + Buffer.from(files[0]!).readUInt32LE(140)),
      Buffer.alloc(50, 0xee),
    ]);
    expect(said(await talk(receiver, Buffer.concat([request(), store(noise, '1.1.1.1'), release])))).toEqual([
      '2',
      'status c000',
      '6',
    ]);
    const large = Buffer.concat([files[0]!, Buffer.alloc(4000)]);
    const sent = Buffer.concat([request(), store(large, '1.1.1.1'), store(files[1]!, '1.1.1.2'), release]);
    expect(said(await talk(receiver, sent))).toEqual(['2', 'status a700', 'status 0', '6']);
    expect(await readdir(join(out, '1.1'))).toEqual(['1.1.1.2.dcm']);
  });

  it('ends a connection that does not speak the protocol, and goes on for others', async () => {
    const { receiver, events } = await start('noise', { idleMs: 300 });
    const huge = Buffer.from([4, 0, 0xff, 0xff, 0xff, 0xff]);
    const strangers = [
      text('GET / HTTP/1.0\r\n\r\n'),
      Buffer.from([1, 0, 0, 0, 0, 4, 0, 0, 0, 0]),
      Buffer.concat([request(), huge]),
      Buffer.concat([request(), dataPdu(9, 3, Buffer.alloc(10))]),
      Buffer.concat([request(), dataPdu(1, 3, Buffer.alloc(10, 9))]),
      Buffer.concat([request(), dataPdu(3, 2, Buffer.alloc(10))]),
      dataPdu(1, 3, Buffer.alloc(10)),
    ];
    for (const bytes of strangers) expect(said(await talk(receiver, bytes)).at(-1)).toBe('7');
    expect(events.every(({ what }) => what === 'broken')).toBe(true);
    const noData = store(files[0]!.subarray(0, 144 + Buffer.from(files[0]!).readUInt32LE(140)), '1.1.1.1');
    expect(said(await talk(receiver, Buffer.concat([request(), noData, release]))).at(-1)).toBe('7');
    expect(events.at(-1)).toMatchObject({ message: 'expected the rest of 1.1.1.1, found the end' });
    await talk(receiver, request().subarray(0, 50));
    expect(events.at(-1)).toMatchObject({ what: 'broken' });
    expect(said(await talk(receiver, Buffer.concat([request(), echo, release])))).toEqual([
      '2',
      'status 0',
      '6',
    ]);
  });

  it('takes no more connections at once than it should', async () => {
    const { receiver } = await start('crowd', { mostAssociations: 1 });
    const first = connect(receiver.port, '127.0.0.1');
    await new Promise((resolve) => first.once('connect', resolve));
    first.write(request());
    await new Promise((resolve) => first.once('data', resolve));
    expect(said(await talk(receiver, request()))).toEqual(['3', '2.3.2']);
    first.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(said(await talk(receiver, Buffer.concat([request(), release])))).toEqual(['2', '6']);
  });
});
