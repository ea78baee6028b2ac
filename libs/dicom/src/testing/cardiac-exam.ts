import { type DicomElements, type ImageHeader, readImageHeaders, type Series, writeDicom } from '../index.ts';

/** How one series of a made-up exam is to be written; nothing but what is said goes into its headers. */
export interface SeriesSketch extends DicomElements {
  readonly slices?: number;
  readonly images?: number;
  /** Where the planes lie; absent: no geometry at all. */
  readonly plane?: keyof typeof planes;
  /** What differs from image to image at one place. */
  readonly each?: (index: number) => DicomElements;
}

type Vector = readonly [number, number, number];

const apex: Vector = unit([0.66, -0.57, -0.49]);
const up = unit(reject([0, 0, 1], apex));
const septal = cross(apex, up);
/** A plane along the axis, turned from the anterior wall by an angle. */
const turned = (degrees: number): readonly [Vector, Vector] => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [apex, [0, 1, 2].map((axis) => c * up[axis]! + s * septal[axis]!) as unknown as Vector];
};

/** Rows and columns of the usual planes in a heart that points 5° off the average. */
export const planes = {
  sax: [septal, up],
  '2ch': turned(-6),
  '3ch': turned(58),
  '4ch': turned(108),
  axial: [
    [1, 0, 0],
    [0, 1, 0],
  ],
  coronal: [
    [1, 0, 0],
    [0, 0, -1],
  ],
  sagittal: [
    [0, 1, 0],
    [0, 0, -1],
  ],
} as const satisfies Record<string, readonly [Vector, Vector]>;

/** The headers of one series as they come back from its files. */
export function sketched(sketch: SeriesSketch, uid = '2.25.10'): Series {
  const { slices = 1, images = 1, ...elements } = sketch;
  const headers = Array.from({ length: slices * images }, (_, index) =>
    headerOf(elements, uid, Math.floor(index / images), index % images),
  );
  return { description: nameOf(sketch), images: headers };
}

export function nameOf({ SeriesDescription, ProtocolName }: SeriesSketch): string {
  return (SeriesDescription ?? ProtocolName ?? '') as string;
}

function headerOf(
  { plane, each, ...elements }: SeriesSketch,
  uid: string,
  z: number,
  t: number,
): ImageHeader {
  const written = {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
    SOPInstanceUID: `${uid}.${z}.${t}`,
    SeriesInstanceUID: uid,
    Modality: 'MR',
    Rows: 2,
    Columns: 2,
    ...(plane ? placed(plane, z) : {}),
    ...elements,
    ...each?.(t),
  };
  const read = readImageHeaders(writeDicom(written, Uint16Array.from([z, t, 0, 1])), `${uid}-${z}-${t}`);
  if (!read.ok) throw new Error(read.issues[0]!.message);
  return read.value[0]!;
}

function placed(name: keyof typeof planes, z: number): DicomElements {
  const [along, down] = planes[name];
  const normal = cross(along, down);
  return {
    PixelSpacing: [1.4, 1.4],
    ImageOrientationPatient: [...along, ...down],
    ImagePositionPatient: normal.map((component) => component * z * 10),
  };
}

/** Phases of a beat. */
export const beat = (index: number): DicomElements => ({ TriggerTime: index * 32 });

function cross([a, b, c]: Vector, [d, e, f]: Vector): Vector {
  return [b * f - c * e, c * d - a * f, a * e - b * d];
}
function unit(v: Vector): Vector {
  const length = Math.hypot(...v);
  return [v[0] / length, v[1] / length, v[2] / length];
}
function reject(a: Vector, n: Vector): Vector {
  const along = a[0] * n[0] + a[1] * n[1] + a[2] * n[2];
  return [a[0] - along * n[0], a[1] - along * n[1], a[2] - along * n[2]];
}
