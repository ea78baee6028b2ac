import { accepted, type Checked, issue, refused } from '@myocast/base';

/** The fields of a NIfTI-1 or NIfTI-2 header that matter here, by their names in nifti1.h and nifti2.h. */
export interface NiftiHeader {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
  /** The voxels lie in another file (`.img`). */
  readonly pair: boolean;
  /** [rank, x, y, z, t, 5, 6, 7] */
  readonly dim: readonly number[];
  readonly datatype: number;
  /** [qfac, x, y, z, t, 5, 6, 7] */
  readonly pixdim: readonly number[];
  readonly voxOffset: number;
  readonly sclSlope: number;
  readonly sclInter: number;
  readonly xyztUnits: number;
  readonly toffset: number;
  readonly qformCode: number;
  readonly sformCode: number;
  /** b, c, d of the unit quaternion. */
  readonly quatern: readonly number[];
  readonly qoffset: readonly number[];
  /** Three rows of four. */
  readonly srow: readonly number[];
  /** What the values are (NIFTI_INTENT_…): 0 none, 1002 labels, 1007 vectors … */
  readonly intentCode: number;
}

/** Where the fields of a version lie. */
interface Layout {
  readonly size: 348 | 540;
  readonly magic: number;
  readonly dim: readonly [offset: number, type: FieldType];
  readonly datatype: readonly [offset: number, type: FieldType];
  readonly pixdim: readonly [offset: number, type: FieldType];
  readonly voxOffset: readonly [offset: number, type: FieldType];
  readonly sclSlope: readonly [offset: number, type: FieldType];
  readonly sclInter: readonly [offset: number, type: FieldType];
  readonly xyztUnits: readonly [offset: number, type: FieldType];
  readonly toffset: readonly [offset: number, type: FieldType];
  readonly qformCode: readonly [offset: number, type: FieldType];
  readonly sformCode: readonly [offset: number, type: FieldType];
  readonly quatern: readonly [offset: number, type: FieldType];
  readonly qoffset: readonly [offset: number, type: FieldType];
  readonly srow: readonly [offset: number, type: FieldType];
  readonly intentCode: readonly [offset: number, type: FieldType];
}

type FieldType = keyof typeof fieldTypes;

const fieldTypes = {
  u8: { width: 1, get: (view: DataView, at: number) => view.getUint8(at) },
  i16: { width: 2, get: (view: DataView, at: number, little: boolean) => view.getInt16(at, little) },
  i32: { width: 4, get: (view: DataView, at: number, little: boolean) => view.getInt32(at, little) },
  i64: {
    width: 8,
    get: (view: DataView, at: number, little: boolean) => Number(view.getBigInt64(at, little)),
  },
  f32: { width: 4, get: (view: DataView, at: number, little: boolean) => view.getFloat32(at, little) },
  f64: { width: 8, get: (view: DataView, at: number, little: boolean) => view.getFloat64(at, little) },
} as const;

/** nifti1.h */
const layout1: Layout = {
  size: 348,
  magic: 344,
  dim: [40, 'i16'],
  intentCode: [68, 'i16'],
  datatype: [70, 'i16'],
  pixdim: [76, 'f32'],
  voxOffset: [108, 'f32'],
  sclSlope: [112, 'f32'],
  sclInter: [116, 'f32'],
  xyztUnits: [123, 'u8'],
  toffset: [136, 'f32'],
  qformCode: [252, 'i16'],
  sformCode: [254, 'i16'],
  quatern: [256, 'f32'],
  qoffset: [268, 'f32'],
  srow: [280, 'f32'],
};

/** nifti2.h */
const layout2: Layout = {
  size: 540,
  magic: 4,
  datatype: [12, 'i16'],
  dim: [16, 'i64'],
  pixdim: [104, 'f64'],
  voxOffset: [168, 'i64'],
  sclSlope: [176, 'f64'],
  sclInter: [184, 'f64'],
  toffset: [216, 'f64'],
  qformCode: [344, 'i32'],
  sformCode: [348, 'i32'],
  quatern: [352, 'f64'],
  qoffset: [376, 'f64'],
  srow: [400, 'f64'],
  xyztUnits: [500, 'i32'],
  intentCode: [504, 'i32'],
};

interface Marks {
  readonly layout: Layout;
  readonly littleEndian: boolean;
  /** 'n+' one file, 'ni' a pair, '' neither: the older Analyze 7.5. */
  readonly magic: string;
}

/** Version, byte order and magic, or null where the first number is the size of no header. */
function marksOf(bytes: Uint8Array): Marks | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const layout of [layout1, layout2])
    for (const littleEndian of [true, false]) {
      if (bytes.length < layout.size || view.getInt32(0, littleEndian) !== layout.size) continue;
      const text = String.fromCharCode(...bytes.subarray(layout.magic, layout.magic + 4));
      const magic = layout === layout1 ? /^(n\+|ni)1\0$/.exec(text) : /^(n\+|ni)2\0$/.exec(text);
      if (magic !== null || layout === layout1) return { layout, littleEndian, magic: magic?.[1] ?? '' };
    }
  return null;
}

/** Whether the bytes, not gzipped, begin with the header of a NIfTI-1 or NIfTI-2 file, in either byte order. */
export function isNifti(bytes: Uint8Array): boolean {
  return (marksOf(bytes)?.magic ?? '') !== '';
}

/** The header as it stands: no value is judged but its marks. */
export function readNiftiHeader(bytes: Uint8Array, path: string): Checked<NiftiHeader> {
  const marks = marksOf(bytes);
  if (marks === null) {
    const found = bytes.length === 0 ? 'an empty file' : `${bytes.length} other bytes`;
    return refused(issue('not-readable', path, `expected a NIfTI file, found ${found}`));
  }
  const { layout, littleEndian, magic } = marks;
  if (magic === '')
    return refused(
      issue(
        'unsupported',
        path,
        'expected a NIfTI file, found an Analyze header, which names no orientation',
      ),
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const many = ([offset, type]: Layout['dim'], count: number) => {
    const { width, get } = fieldTypes[type];
    return Array.from({ length: count }, (_, index) => get(view, offset + index * width, littleEndian));
  };
  const one = (field: Layout['dim']) => many(field, 1)[0]!;
  return accepted({
    version: layout === layout1 ? 1 : 2,
    littleEndian,
    pair: magic === 'ni',
    dim: many(layout.dim, 8),
    datatype: one(layout.datatype),
    pixdim: many(layout.pixdim, 8),
    voxOffset: one(layout.voxOffset),
    sclSlope: one(layout.sclSlope),
    sclInter: one(layout.sclInter),
    xyztUnits: one(layout.xyztUnits),
    toffset: one(layout.toffset),
    qformCode: one(layout.qformCode),
    sformCode: one(layout.sformCode),
    quatern: many(layout.quatern, 3),
    qoffset: many(layout.qoffset, 3),
    srow: many(layout.srow, 12),
    intentCode: one(layout.intentCode),
  });
}
