import { type Dataset, text, texts } from '../dataset.ts';
import { sopClassName } from '../sop-class.ts';

/** Classes whose images are pictures of a screen or come with the patient's name in them. */
const written = /^(Secondary Capture|Multi-frame .* Secondary Capture|Ultrasound|Video|VL |Ophthalmic)/;
const writtenModalities: ReadonlySet<string> = new Set([
  'US',
  'SC',
  'OT',
  'SR',
  'DOC',
  'XC',
  'ES',
  'ECG',
  'HC',
]);

/**
 * Why the pixels of an image may carry writing by what its header says, or null:
 * it is said outright (BurnedInAnnotation), or it is a capture of a screen, a
 * photograph or of a class that is known for it (PS3.15 E.3.1).
 */
export function pixelsMayIdentify(dataset: Dataset): string | null {
  if (text(dataset, 'BurnedInAnnotation') === 'YES') return 'BurnedInAnnotation is YES';
  const name = sopClassName(text(dataset, 'SOPClassUID') || text(dataset, 'MediaStorageSOPClassUID'));
  if (name !== null && written.test(name)) return `the class is ${name}`;
  const modality = text(dataset, 'Modality');
  if (writtenModalities.has(modality)) return `the modality is ${modality}`;
  if (text(dataset, 'ConversionType') !== '') return 'it is converted from another medium';
  const type = texts(dataset, 'ImageType').find((value) => /SCREEN|CAPTURE/i.test(value));
  return type === undefined ? null : 'the image type is a screen capture';
}
