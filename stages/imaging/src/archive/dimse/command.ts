import { ProtocolFault } from './pdu.ts';

/** The commands that are answered (PS3.7 annex E). */
export const commandField = { storeRequest: 0x0001, echoRequest: 0x0030, answer: 0x8000 } as const;
const noDataset = 0x0101;

/** What became of a request (PS3.7 annex C, PS3.4 B.2.3). */
export const status = {
  success: 0x0000,
  duplicate: 0x0111,
  unknownOperation: 0x0211,
  outOfResources: 0xa700,
  mismatch: 0xa900,
  notUnderstood: 0xc000,
} as const;

const tag = {
  sopClass: 0x0002,
  field: 0x0100,
  messageId: 0x0110,
  answeredId: 0x0120,
  datasetType: 0x0800,
  status: 0x0900,
  sopInstance: 0x1000,
} as const;

export interface Command {
  readonly field: number;
  readonly messageId: number;
  readonly hasDataset: boolean;
  readonly sopClass: string;
  readonly sopInstance: string;
}

/** A command set: group 0000, implicit VR little endian. @throws ProtocolFault */
export function readCommand(bytes: Buffer): Command {
  const values = new Map<number, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const length = at + 8 <= bytes.length ? bytes.readUInt32LE(at + 4) : bytes.length;
    if (at + 8 + length > bytes.length || bytes.readUInt16LE(at) !== 0)
      throw new ProtocolFault('expected a command, found other bytes');
    values.set(bytes.readUInt16LE(at + 2), bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  const word = (element: number) => {
    const value = values.get(element);
    return value?.length === 2 ? value.readUInt16LE(0) : 0;
  };
  const uid = (element: number) => (values.get(element)?.toString('latin1') ?? '').replace(/[\0 ]+$/, '');
  return {
    field: word(tag.field),
    messageId: word(tag.messageId),
    hasDataset: word(tag.datasetType) !== noDataset,
    sopClass: uid(tag.sopClass),
    sopInstance: uid(tag.sopInstance),
  };
}

/** The answer to a command. */
export function answerTo({ field, messageId, sopClass, sopInstance }: Command, found: number): Buffer {
  const word = (value: number) => {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16LE(value);
    return bytes;
  };
  const uid = (value: string) => Buffer.from(value.length % 2 === 0 ? value : `${value}\0`, 'latin1');
  const body = Buffer.concat([
    ...(sopClass === '' ? [] : [element(tag.sopClass, uid(sopClass))]),
    element(tag.field, word(field | commandField.answer)),
    element(tag.answeredId, word(messageId)),
    element(tag.datasetType, word(noDataset)),
    element(tag.status, word(found)),
    ...(sopInstance === '' ? [] : [element(tag.sopInstance, uid(sopInstance))]),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([element(0x0000, length), body]);
}

function element(number: number, value: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(number, 2);
  head.writeUInt32LE(value.length, 4);
  return Buffer.concat([head, value]);
}
