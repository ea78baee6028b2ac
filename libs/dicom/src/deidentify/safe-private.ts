import type { DataElements, PlainElement } from '../data-element.ts';
import { isPrivate } from '../dictionary.ts';

/** A private attribute whose value is known to be a number of the physics, never a text. */
interface SafeAttribute {
  readonly creator: string;
  readonly group: number;
  /** The low byte of the element; the high one is the creator's block. */
  readonly element: number;
  readonly vr: 'DS' | 'FD' | 'FL' | 'IS' | 'SL' | 'SS' | 'US';
  readonly why: string;
}

const philips = { creator: 'Philips MR Imaging DD 001', group: 0x2005 };
const philipsImage = { creator: 'Philips Imaging DD 001', group: 0x2001 };
const stored = 'signal = stored value / (slope × rescale slope): without it series are not on one scale';
const order = 'puts the images of a cine stack in order where public attributes do not';

/**
 * What the Retain Safe Private Option keeps: numbers only, each needed to read
 * the images rightly. Siemens' CSA headers (0029,xx10) and (0029,xx20) are not
 * among them: their protocol text holds names, dates and free comments.
 */
export const safePrivate: readonly SafeAttribute[] = [
  { ...philips, element: 0x0d, vr: 'FL', why: stored },
  { ...philips, element: 0x0e, vr: 'FL', why: stored },
  { ...philipsImage, element: 0x08, vr: 'IS', why: order },
  { ...philipsImage, element: 0x0a, vr: 'IS', why: order },
  { ...philipsImage, element: 0x17, vr: 'SL', why: order },
  { ...philipsImage, element: 0x18, vr: 'SL', why: order },
  {
    creator: 'GEMS_PARM_01',
    group: 0x0043,
    element: 0x2f,
    vr: 'SS',
    why: 'tells magnitude, phase, real and imaginary images apart: late enhancement comes as both',
  },
  {
    creator: 'SIEMENS MR HEADER',
    group: 0x0019,
    element: 0x0b,
    vr: 'DS',
    why: 'duration of a slice: the temporal resolution of a cine',
  },
];

const widths = { FD: 8, FL: 4, SL: 4, SS: 2, US: 2 } as const;
const longestText = 64;

/**
 * The element as it may stay, or null. What claims to be a safe number and is
 * none (longer than any, or a text) does not stay.
 */
export function safePrivateElement(element: PlainElement): PlainElement | null {
  const { tag, creator, bytes, vr } = element;
  const entry = safePrivate.find(
    (safe) => safe.creator === creator && safe.group === tag >>> 16 && safe.element === (tag & 0xff),
  );
  if (
    entry === undefined ||
    isCreator(element) ||
    (vr !== entry.vr && vr !== 'UN') ||
    bytes.length > longestText
  )
    return null;
  const numeric =
    entry.vr === 'DS' || entry.vr === 'IS'
      ? /^[-+\d.eE\\ ]*$/.test(Buffer.from(bytes).toString('latin1'))
      : bytes.length % widths[entry.vr] === 0 && bytes.length <= 4 * widths[entry.vr];
  return numeric ? { ...element, vr: entry.vr } : null;
}

/** (gggg,0010) to (gggg,00ff) name the creators of a private group. */
export function isCreator({ tag }: PlainElement): boolean {
  const low = tag & 0xffff;
  return low >= 0x10 && low <= 0xff;
}

/** The blocks, as group and creator's element, in which a safe element stays: their creators stay too. */
export function safeBlocks(elements: DataElements): ReadonlySet<number> {
  const blocks = new Set<number>();
  for (const element of elements)
    if (isPrivate(element.tag) && 'bytes' in element && safePrivateElement(element) !== null)
      blocks.add((element.tag >>> 16) * 0x10000 + ((element.tag >>> 8) & 0xff));
  return blocks;
}
