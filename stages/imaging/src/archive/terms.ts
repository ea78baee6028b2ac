import {
  cardiacCodes,
  cardiacSegments,
  type Code,
  code,
  privateScheme,
  type Segment,
} from '@myocast/dicom/objects';
import type { SegmentedKind } from '../records.ts';

/** The findings of a report, as codes. */
export const findings = cardiacCodes;

/** What the segments of a mask are, in the colours of the contact sheet: segment n has label n. */
export const segmentsOf: Readonly<Record<SegmentedKind, readonly Segment[]>> = cardiacSegments;

/** Cardiac magnetic resonance imaging, as the procedure that is reported. */
export const cardiacMr = code('241620005', 'SCT', 'Magnetic resonance imaging of heart');

/** How volumes are summed. */
export const summationOfSlices = code('SUM_OF_SLICES', privateScheme, 'Summation of short-axis slices');

const ucum = (value: string, meaning: string) => code(value, 'UCUM', meaning);
export const units = {
  ml: ucum('mL', 'milliliter'),
  gram: ucum('g', 'gram'),
  percent: ucum('%', 'Percent'),
  mm: ucum('mm', 'millimeter'),
  mlPerM2: ucum('mL/m2', 'milliliter per square meter'),
  gramPerM2: ucum('g/m2', 'gram per square meter'),
} as const;

const own = (value: string, meaning: string) => code(value, privateScheme, meaning);

/** Names of the numbers: LOINC, SNOMED CT or DICOM where they have the term, else terms of our own. */
export const quantityNames = {
  edv: code('8821-1', 'LN', 'Left Ventricular ED Volume'),
  esv: code('8823-7', 'LN', 'Left Ventricular ES Volume'),
  strokeVolume: code('90096001', 'SCT', 'Stroke Volume'),
  ejectionFraction: code('8811-2', 'LN', 'Left ventricular ejection fraction by MR'),
  mass: code('18087-7', 'LN', 'Left Ventricle Mass'),
  rvEdv: code('8822-9', 'LN', 'Right Ventricular ED Volume'),
  rvEsv: code('8824-5', 'LN', 'Right Ventricular ES Volume'),
  rvEjectionFraction: code('8818-7', 'LN', 'Right ventricular ejection fraction by MR'),
  edvIndex: own('LVEDVI', 'Left ventricular ED volume by body surface area'),
  esvIndex: own('LVESVI', 'Left ventricular ES volume by body surface area'),
  strokeIndex: code('277381004', 'SCT', 'Stroke Index'),
  massIndex: own('LVMI', 'Left ventricle mass by body surface area'),
  rvEdvIndex: own('RVEDVI', 'Right ventricular ED volume by body surface area'),
  wallThickness: own('WT_ED', 'Wall thickness at end diastole'),
  wallThickening: own('WT_PERCENT', 'Wall thickening'),
  myocardialVolume: own('LGE_MYO_VOL', 'Volume of the LV myocardium on LGE'),
  infarctPercent: own('INFARCT_PERCENT', 'Infarct as a share of the LV myocardium, MVO included'),
  infarctVolume: own('INFARCT_VOL', 'Volume of the infarct, MVO included'),
  mvoPercent: own('MVO_PERCENT', 'MVO as a share of the LV myocardium'),
  mvoVolume: own('MVO_VOL', 'Volume of the MVO'),
  transmurality: own('TRANSMURALITY', 'Infarcted share of the myocardium of a segment'),
  mvoSegment: own('MVO_SEGMENT', 'Share of MVO in the myocardium of a segment'),
} as const;

/** AHA segments 1 to 16 (PS3.16 CID 3717). */
export const ahaSegmentCodes: readonly Code[] = (
  [
    ['264850008', 'basal anterior'],
    ['396482007', 'basal anteroseptal'],
    ['396646008', 'basal inferoseptal'],
    ['264846001', 'basal inferior'],
    ['396652009', 'basal inferolateral'],
    ['396654005', 'basal anterolateral'],
    ['264848000', 'mid anterior'],
    ['396647004', 'mid anteroseptal'],
    ['396649001', 'mid inferoseptal'],
    ['264847005', 'mid inferior'],
    ['396655006', 'mid inferolateral'],
    ['396656007', 'mid anterolateral'],
    ['264844003', 'apical anterior'],
    ['264845002', 'apical septal'],
    ['264849008', 'apical inferior'],
    ['264853005', 'apical lateral'],
  ] as const
).map(([value, where]) => code(value, 'SCT', `left ventricle ${where} segment`));
