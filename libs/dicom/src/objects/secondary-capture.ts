import { attributes } from '../keywords.ts';
import { explicitLittleEndian } from '../transfer-syntax.ts';
import { elementsFrom } from '../write.ts';
import { writeElements } from '../write-elements.ts';
import { derivedUid } from './derived-uid.ts';
import { type ExamIdentity, type ResultMaker, resultElements } from './exam-identity.ts';
import type { WrittenObject } from './segmentation.ts';

const secondaryCaptureStorage = '1.2.840.10008.5.1.4.1.1.7';

/** A colour picture. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [rows, columns, RGB] */
  readonly rgb: Uint8Array;
}

/**
 * A picture as a secondary capture of an exam (PS3.3 A.8.1): 8 bits a colour, uncompressed. What
 * is drawn or written in it is declared (BurnedInAnnotation). Its UID derives from the pixels.
 *
 * @throws RangeError when the pixels are not width × height × 3
 */
export function writeSecondaryCapture(
  { width, height, rgb }: Picture,
  identity: ExamIdentity,
  { seriesNumber, description }: { readonly seriesNumber: number; readonly description: string },
  maker: ResultMaker,
): WrittenObject {
  if (rgb.length !== width * height * 3)
    throw new RangeError(`writeSecondaryCapture: expected ${width * height * 3} values, got ${rgb.length}`);
  const uid = derivedUid('picture', identity.StudyInstanceUID, `${width}x${height}`, rgb);
  const seriesInstanceUid = derivedUid('picture series', uid);
  const dataset = elementsFrom({
    ...resultElements(identity, maker),
    SOPClassUID: secondaryCaptureStorage,
    SOPInstanceUID: uid,
    SeriesInstanceUID: seriesInstanceUid,
    Modality: 'OT',
    BodyPartExamined: 'HEART',
    ConversionType: 'WSD',
    SeriesNumber: seriesNumber,
    SeriesDescription: description,
    InstanceNumber: 1,
    ImageType: ['DERIVED', 'SECONDARY'],
    PatientOrientation: null,
    BurnedInAnnotation: 'YES',
    SamplesPerPixel: 3,
    PhotometricInterpretation: 'RGB',
    PlanarConfiguration: 0,
    Rows: height,
    Columns: width,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
  });
  const pixels = { tag: attributes.PixelData[0], vr: 'OB', creator: null, bytes: rgb };
  const bytes = writeElements([...dataset, pixels], explicitLittleEndian);
  return { sopClassUid: secondaryCaptureStorage, sopInstanceUid: uid, seriesInstanceUid, bytes };
}
