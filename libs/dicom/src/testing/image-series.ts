import { type DicomElements, type DicomImage, readDicom, writeDicom } from '../index.ts';

export const rows = 5;
export const columns = 4;
export const root = Math.SQRT1_2;
/** An oblique short-axis image of a cine. */
export const elements: DicomElements = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
  SOPInstanceUID: '2.25.1',
  SeriesInstanceUID: '2.25.3',
  Modality: 'MR',
  SeriesDescription: 'cine SAX',
  Rows: rows,
  Columns: columns,
  PixelSpacing: [1.5, 1.25],
  ImageOrientationPatient: [root, root, 0, 0, 0, -1],
  ImagePositionPatient: [1, 2, 3],
};

export function image(more: DicomElements, value = 0): DicomImage {
  const pixels = Uint16Array.from({ length: rows * columns }, (_, index) => value * 100 + index);
  const read = readDicom(writeDicom({ ...elements, ...more }, pixels), more.SOPInstanceUID as string);
  if (!read.ok) throw new Error(read.issues[0]!.message);
  return read.value;
}

/** Slices 10 mm apart along the normal of the oblique plane, with phases. */
export function series(slices: number, phases: number): DicomImage[] {
  const normal = [-root, root, 0];
  return Array.from({ length: slices * phases }, (_, index) => {
    const [z, t] = [Math.floor(index / phases), index % phases];
    return image(
      {
        SOPInstanceUID: `2.25.${1000 + index}`,
        TriggerTime: t * 30 + z * 0.5,
        InstanceNumber: 500 - index,
        ImagePositionPatient: [-20 + z * 10 * normal[0]!, 5 + z * 10 * normal[1]!, 40],
      },
      z * 10 + t,
    );
  });
}
