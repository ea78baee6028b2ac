import { mostDataBytes, pdu, pduType, ProtocolFault } from './pdu.ts';

/** What another program asks for when it connects (PS3.8 9.3.2). */
export interface AssociateRequest {
  readonly calledAe: string;
  readonly callingAe: string;
  readonly contexts: readonly ProposedContext[];
}

interface ProposedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

/** A context that was agreed on. */
export interface AgreedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
}

const applicationContext = '1.2.840.10008.3.1.1.1';
const implementationClassUid = '2.25.211475846280316592114012386420948325077';
const implementationVersion = 'MYOCAST_0_1';
const itemType = {
  applicationContext: 0x10,
  proposedContext: 0x20,
  answeredContext: 0x21,
  abstractSyntax: 0x30,
  transferSyntax: 0x40,
  userInformation: 0x50,
  mostLength: 0x51,
  implementationClass: 0x52,
  implementationVersion: 0x55,
} as const;
const itemsStart = 68;

interface Item {
  readonly type: number;
  readonly bytes: Buffer;
}

function itemsIn(bytes: Buffer): readonly Item[] {
  const items: Item[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = at + 4 <= bytes.length ? bytes.readUInt16BE(at + 2) : bytes.length;
    if (at + 4 + length > bytes.length) throw new ProtocolFault('expected an item, found it cut off');
    items.push({ type: bytes[at]!, bytes: bytes.subarray(at + 4, at + 4 + length) });
    at += 4 + length;
  }
  return items;
}

const asText = (bytes: Buffer) =>
  bytes
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trim();

/** @throws ProtocolFault */
export function readAssociateRequest(body: Buffer): AssociateRequest {
  if (body.length < itemsStart)
    throw new ProtocolFault(`expected a request of at least ${itemsStart} bytes, found ${body.length}`);
  const contexts = itemsIn(body.subarray(itemsStart))
    .filter(({ type }) => type === itemType.proposedContext)
    .map(({ bytes }): ProposedContext => {
      const inner = itemsIn(bytes.subarray(4));
      const of = (wanted: number) =>
        inner.filter(({ type }) => type === wanted).map((item) => asText(item.bytes));
      return {
        id: bytes[0] ?? 0,
        abstractSyntax: of(itemType.abstractSyntax)[0] ?? '',
        transferSyntaxes: of(itemType.transferSyntax),
      };
    });
  return { calledAe: asText(body.subarray(4, 20)), callingAe: asText(body.subarray(20, 36)), contexts };
}

export const verification = '1.2.840.10008.1.1';
const storagePrefix = '1.2.840.10008.5.1.4.1.1.';

/** Echo, and whatever can be stored: the standard's classes and those of manufacturers. */
function isTaken(abstractSyntax: string): boolean {
  if (abstractSyntax === verification || abstractSyntax.startsWith(storagePrefix)) return true;
  return /^[0-9.]+$/.test(abstractSyntax) && !abstractSyntax.startsWith('1.2.840.10008.');
}

/** The contexts that we take, each with the transfer syntax the other side names first: files stay as they are sent. */
export function agreedContexts({ contexts }: AssociateRequest): ReadonlyMap<number, AgreedContext> {
  const agreed = new Map<number, AgreedContext>();
  for (const { id, abstractSyntax, transferSyntaxes } of contexts) {
    const [transferSyntax] = transferSyntaxes;
    if (transferSyntax !== undefined && isTaken(abstractSyntax))
      agreed.set(id, { id, abstractSyntax, transferSyntax });
  }
  return agreed;
}

function item(type: number, bytes: Uint8Array | string): Buffer {
  const content = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes);
  const head = Buffer.alloc(4);
  head[0] = type;
  head.writeUInt16BE(content.length, 2);
  return Buffer.concat([head, content]);
}

const abstractSyntaxNotSupported = 3;

export function associateAccept(
  request: AssociateRequest,
  agreed: ReadonlyMap<number, AgreedContext>,
): Buffer {
  const head = Buffer.alloc(itemsStart);
  head.writeUInt16BE(1, 0);
  head.write(request.calledAe.padEnd(16), 4, 'latin1');
  head.write(request.callingAe.padEnd(16), 20, 'latin1');
  const contexts = request.contexts.map(({ id, transferSyntaxes }) => {
    const taken = agreed.get(id);
    const result = taken ? 0 : abstractSyntaxNotSupported;
    const syntax = taken?.transferSyntax ?? transferSyntaxes[0] ?? '1.2.840.10008.1.2';
    return item(
      itemType.answeredContext,
      Buffer.concat([Buffer.from([id, 0, result, 0]), item(itemType.transferSyntax, syntax)]),
    );
  });
  const length = Buffer.alloc(4);
  length.writeUInt32BE(mostDataBytes);
  const user = Buffer.concat([
    item(itemType.mostLength, length),
    item(itemType.implementationClass, implementationClassUid),
    item(itemType.implementationVersion, implementationVersion),
  ]);
  const body = [
    item(itemType.applicationContext, applicationContext),
    ...contexts,
    item(itemType.userInformation, user),
  ];
  return pdu(pduType.associateAccept, Buffer.concat([head, ...body]));
}

/** Why an association is refused (PS3.8 table 9-21): result, source, reason. */
export const rejection = {
  callingAe: [1, 1, 3],
  calledAe: [1, 1, 7],
  busy: [2, 3, 2],
} as const;

export function associateReject(why: keyof typeof rejection): Buffer {
  return pdu(pduType.associateReject, Uint8Array.of(0, ...rejection[why]));
}
