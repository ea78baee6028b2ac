import { type Code, code, privateScheme } from './code.ts';
import type { Segment } from './segmentation.ts';

const anatomical = code('91723000', 'SCT', 'Anatomical Structure');
const abnormal = code('49755003', 'SCT', 'Morphologically Abnormal Structure');

/** What is drawn in images of the heart, as codes. */
export const cardiacCodes = {
  leftVentricle: code('87878005', 'SCT', 'Left ventricle'),
  rightVentricle: code('53085002', 'SCT', 'Right ventricle'),
  leftAtrium: code('82471001', 'SCT', 'Left atrium'),
  leftMyocardium: code('49848007', 'SCT', 'Left Ventricle Myocardium'),
  normalMyocardium: code('122112', 'DCM', 'Normal Myocardium'),
  infarct: code('55641003', 'SCT', 'Infarct'),
  oedema: code('79654002', 'SCT', 'Edema'),
  obstruction: code('MVO', privateScheme, 'Microvascular obstruction'),
} as const;

const blue = [80, 160, 255] as const;
const green = [80, 230, 90] as const;
const red = [255, 90, 80] as const;

/** Segments by kind of image, each made of the labels that masks of the kind have: segment n has label n. */
export const cardiacSegments = {
  'cine-sax': [
    structure('RV cavity', 1, cardiacCodes.rightVentricle, blue),
    structure('LV myocardium', 2, cardiacCodes.leftMyocardium, green),
    structure('LV cavity', 3, cardiacCodes.leftVentricle, red),
  ],
  'lge-sax': [
    structure('LV cavity', 1, cardiacCodes.leftVentricle, blue),
    structure('Normal LV myocardium', 2, cardiacCodes.normalMyocardium, green),
    lesion('Infarct, MVO included', [3, 4], cardiacCodes.infarct, red),
    lesion('MVO', [4], cardiacCodes.obstruction, [255, 225, 60]),
  ],
  't2-sax': [
    structure('LV cavity', 1, cardiacCodes.leftVentricle, blue),
    structure('Normal LV myocardium', 2, cardiacCodes.normalMyocardium, green),
    lesion('Oedema', [3], cardiacCodes.oedema, red),
  ],
  'cine-lax': [
    structure('LV cavity', 1, cardiacCodes.leftVentricle, blue),
    structure('LV myocardium', 2, cardiacCodes.leftMyocardium, green),
    structure('Left atrium', 3, cardiacCodes.leftAtrium, red),
  ],
} as const satisfies Readonly<Record<string, readonly Segment[]>>;

function structure(name: string, label: number, type: Code, colour: Segment['colour']): Segment {
  return { name, labels: [label], category: anatomical, type, region: null, colour };
}

function lesion(name: string, labels: readonly number[], type: Code, colour: Segment['colour']): Segment {
  const region = cardiacCodes.leftMyocardium;
  return { name, labels, category: abnormal, type, region, colour };
}
