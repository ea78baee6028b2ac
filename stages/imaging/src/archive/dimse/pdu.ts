/** Types of the units of the DICOM upper layer (PS3.8 9.3). */
export const pduType = {
  associateRequest: 1,
  associateAccept: 2,
  associateReject: 3,
  data: 4,
  releaseRequest: 5,
  releaseAnswer: 6,
  abort: 7,
} as const;

/** One unit, without its head. */
export interface Pdu {
  readonly type: number;
  readonly body: Buffer;
}

/** Bytes that are not a unit, or too many. The other side is told with an abort. */
export class ProtocolFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProtocolFault';
  }
}

/** What we take in one data unit, as the other side is told. */
export const mostDataBytes = 128 * 1024;
const mostOtherBytes = 64 * 1024;
const headBytes = 6;

/**
 * Units from the bytes of a connection. At most one is held at a time, and none that is
 * longer than its type allows.
 *
 * @throws ProtocolFault
 */
export async function* pdusOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Pdu> {
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      if (pending.length < headBytes) break;
      const [type, length] = [pending[0]!, pending.readUInt32BE(2)];
      const most = type === pduType.data ? mostDataBytes : mostOtherBytes;
      if (type < 1 || type > 7 || length > most)
        throw new ProtocolFault(`expected a unit of at most ${most} bytes, found type ${type} of ${length}`);
      if (pending.length < headBytes + length) break;
      yield { type, body: pending.subarray(headBytes, headBytes + length) };
      pending = pending.subarray(headBytes + length);
    }
  }
}

export function pdu(type: number, body: Uint8Array): Buffer {
  const head = Buffer.alloc(headBytes);
  head[0] = type;
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}

/** A piece of a command or a data set, in one of the contexts that were agreed on. */
export interface DataValue {
  readonly context: number;
  readonly isCommand: boolean;
  readonly isLast: boolean;
  readonly bytes: Buffer;
}

/** The pieces in a data unit. @throws ProtocolFault */
export function dataValues(body: Buffer): readonly DataValue[] {
  const values: DataValue[] = [];
  for (let at = 0; at < body.length; ) {
    const length = at + 4 <= body.length ? body.readUInt32BE(at) : 0;
    if (length < 2 || at + 4 + length > body.length)
      throw new ProtocolFault(`expected a data value, found ${length} bytes of ${body.length - at}`);
    const control = body[at + 5]!;
    values.push({
      context: body[at + 4]!,
      isCommand: (control & 1) === 1,
      isLast: (control & 2) === 2,
      bytes: body.subarray(at + 6, at + 4 + length),
    });
    at += 4 + length;
  }
  return values;
}

/** A whole command as one data unit. */
export function commandPdu(context: number, command: Uint8Array): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt32BE(command.length + 2, 0);
  head[4] = context;
  head[5] = 3; // a command, and its last piece
  return pdu(pduType.data, Buffer.concat([head, command]));
}
