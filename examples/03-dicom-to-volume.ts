// Writes three oblique MR slices as DICOM, reads them back and puts them on one grid in the patient's frame.
import { assembleVolume, lpsOfVoxel, readDicom, spacingMm, writeDicom } from '@myocast/dicom';

const files = [0, 1, 2].map((slice) =>
  writeDicom(
    {
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
      SOPInstanceUID: `2.25.100${slice}`,
      SeriesInstanceUID: '2.25.99',
      Modality: 'MR',
      ImageOrientationPatient: [0.8, 0.6, 0, 0, 0, -1],
      ImagePositionPatient: [-60 - 6 * slice, -80 + 8 * slice, 90],
      PixelSpacing: [1.5, 1.5],
      SliceThickness: 8,
      Rows: 4,
      Columns: 4,
    },
    Uint16Array.from({ length: 16 }, (_, pixel) => 100 * slice + pixel),
  ),
);

const images = files.map((bytes, index) => readDicom(bytes, `slice ${index}`));
const read = images.flatMap((image) => (image.ok ? [image.value] : []));
const assembly = assembleVolume(read.reverse(), 'example');
if (!assembly.ok) throw new Error(assembly.issues[0]!.message);
const { shape, affine } = assembly.value.volume;
console.log(
  `[t, z, y, x] = [${shape.join(', ')}], spacing [z, y, x] = [${spacingMm(affine!).join(', ')}] mm`,
);
console.log(`first voxel at LPS [${lpsOfVoxel(affine!, [0, 0, 0]).join(', ')}] mm`);

const broken = readDicom(files[0]!.subarray(0, 300), 'cut.dcm');
console.log(broken.ok ? 'read' : `${broken.issues[0]!.path}: ${broken.issues[0]!.message}`);
