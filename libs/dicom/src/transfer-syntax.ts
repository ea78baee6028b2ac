/** How the bytes of a data set are laid out. */
export interface Encoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

export const implicitLittleEndian = '1.2.840.10008.1.2';
export const explicitLittleEndian = '1.2.840.10008.1.2.1';
export const deflatedExplicitLittleEndian = '1.2.840.10008.1.2.1.99';
export const explicitBigEndian = '1.2.840.10008.1.2.2';

/** Names of the transfer syntaxes of PS3.6 table A-1 that images come in. */
const names: { readonly [uid: string]: string } = {
  [implicitLittleEndian]: 'Implicit VR Little Endian',
  [explicitLittleEndian]: 'Explicit VR Little Endian',
  [deflatedExplicitLittleEndian]: 'Deflated Explicit VR Little Endian',
  [explicitBigEndian]: 'Explicit VR Big Endian',
  '1.2.840.10008.1.2.4.50': 'JPEG Baseline (Process 1)',
  '1.2.840.10008.1.2.4.51': 'JPEG Extended (Process 2 and 4)',
  '1.2.840.10008.1.2.4.53': 'JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8)',
  '1.2.840.10008.1.2.4.55': 'JPEG Full Progression, Non-Hierarchical (Process 10 and 12)',
  '1.2.840.10008.1.2.4.57': 'JPEG Lossless, Non-Hierarchical (Process 14)',
  '1.2.840.10008.1.2.4.70':
    'JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14 [Selection Value 1])',
  '1.2.840.10008.1.2.4.80': 'JPEG-LS Lossless Image Compression',
  '1.2.840.10008.1.2.4.81': 'JPEG-LS Lossy (Near-Lossless) Image Compression',
  '1.2.840.10008.1.2.4.90': 'JPEG 2000 Image Compression (Lossless Only)',
  '1.2.840.10008.1.2.4.91': 'JPEG 2000 Image Compression',
  '1.2.840.10008.1.2.4.100': 'MPEG2 Main Profile / Main Level',
  '1.2.840.10008.1.2.4.102': 'MPEG-4 AVC/H.264 High Profile / Level 4.1',
  '1.2.840.10008.1.2.4.110': 'JPEG XL Lossless',
  '1.2.840.10008.1.2.4.111': 'JPEG XL JPEG Recompression',
  '1.2.840.10008.1.2.4.112': 'JPEG XL',
  '1.2.840.10008.1.2.4.201': 'High-Throughput JPEG 2000 Image Compression (Lossless Only)',
  '1.2.840.10008.1.2.4.202': 'High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only)',
  '1.2.840.10008.1.2.4.203': 'High-Throughput JPEG 2000 Image Compression',
  '1.2.840.10008.1.2.5': 'RLE Lossless',
};

const uncompressed = new Set([
  implicitLittleEndian,
  explicitLittleEndian,
  deflatedExplicitLittleEndian,
  explicitBigEndian,
]);

/** The name in PS3.6, or the UID itself where it is not in the table. */
export function transferSyntaxName(uid: string): string {
  return names[uid] ?? uid;
}

/** Whether the pixels lie in the file as they are. */
export function isUncompressed(uid: string): boolean {
  return uncompressed.has(uid);
}

/** Every compressed syntax, and every unknown one, is explicit little endian (PS3.5 A.4). */
export function encodingOf(uid: string): Encoding {
  return { explicit: uid !== implicitLittleEndian, littleEndian: uid !== explicitBigEndian };
}
