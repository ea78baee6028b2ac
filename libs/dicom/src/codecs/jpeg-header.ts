import { DecodeError } from './decode-error.ts';

export interface JpegComponent {
  readonly id: number;
  /** Sampling factors: how many of its samples lie side by side and above each other in a unit. */
  readonly across: number;
  readonly down: number;
  readonly quantization: number;
}

/** The frame header of a JPEG file (ITU-T T.81 B.2.2). */
export interface JpegHeader {
  readonly process: 'sequential' | 'progressive' | 'lossless';
  /** Bits of a sample. */
  readonly precision: number;
  readonly rows: number;
  readonly columns: number;
  readonly components: readonly JpegComponent[];
  readonly mostAcross: number;
  readonly mostDown: number;
}

/** The scan header (ITU-T T.81 B.2.3). */
export interface JpegScan {
  readonly lanes: readonly { readonly component: number; readonly dc: number; readonly ac: number }[];
  /** First and last coefficient; in a lossless scan `start` is the predictor. */
  readonly start: number;
  readonly end: number;
  /** Successive approximation; in a lossless scan `low` is the point transform. */
  readonly high: number;
  readonly low: number;
}

const processes: { readonly [marker: number]: JpegHeader['process'] } = {
  0xc0: 'sequential',
  0xc1: 'sequential',
  0xc2: 'progressive',
  0xc3: 'lossless',
};

/** Markers SOF0 to SOF15; DHT, JPG and DAC lie among them. */
export function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

export function readFrameHeader(marker: number, segment: Uint8Array): JpegHeader {
  const process = processes[marker];
  if (process === undefined)
    throw new DecodeError('unsupported', `hierarchical or arithmetic JPEG (SOF${marker - 0xc0})`);
  const count = segment[5] ?? 0;
  if (count < 1 || count > 4 || segment.length < 6 + 3 * count)
    throw new DecodeError('not-readable', `expected 1 to 4 components in the JPEG frame, found ${count}`);
  const components = Array.from({ length: count }, (_, index) =>
    componentOf(segment.subarray(6 + 3 * index)),
  );
  const precision = segment[0]!;
  const allowed = process === 'lossless' ? precision >= 2 && precision <= 16 : [8, 12].includes(precision);
  if (!allowed) throw new DecodeError('unsupported', `${process} JPEG of ${precision} bits`);
  return {
    process,
    precision,
    rows: segment[1]! * 256 + segment[2]!,
    columns: segment[3]! * 256 + segment[4]!,
    components,
    mostAcross: Math.max(...components.map(({ across }) => across)),
    mostDown: Math.max(...components.map(({ down }) => down)),
  };
}

function componentOf(bytes: Uint8Array): JpegComponent {
  const [across, down, quantization] = [bytes[1]! >> 4, bytes[1]! & 15, bytes[2]!];
  if (across >= 1 && across <= 4 && down >= 1 && down <= 4 && quantization <= 3)
    return { id: bytes[0]!, across, down, quantization };
  throw new DecodeError('not-readable', `expected sampling factors 1 to 4, found ${across} and ${down}`);
}

export function readScanHeader(segment: Uint8Array, { components }: JpegHeader): JpegScan {
  const count = segment[0] ?? 0;
  if (count < 1 || count > components.length || segment.length < 4 + 2 * count)
    throw new DecodeError(
      'not-readable',
      `expected 1 to ${components.length} components in the JPEG scan, found ${count}`,
    );
  const lanes = Array.from({ length: count }, (_, index) => {
    const [id, tables] = [segment[1 + 2 * index]!, segment[2 + 2 * index]!];
    const component = components.findIndex((one) => one.id === id);
    if (component < 0)
      throw new DecodeError('not-readable', `expected a component of the frame, found ${id}`);
    return { component, dc: (tables >> 4) & 3, ac: tables & 3 };
  });
  if (new Set(lanes.map(({ component }) => component)).size < count)
    throw new DecodeError('not-readable', 'expected each component once in the JPEG scan');
  const [start, end, approximation] = [...segment.subarray(1 + 2 * count)] as [number, number, number];
  return { lanes, start, end, high: approximation >> 4, low: approximation & 15 };
}
