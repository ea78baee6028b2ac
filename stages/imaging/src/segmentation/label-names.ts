import type { SegmentedKind } from '../records.ts';

/** What each label from 1 on means. */
export const labelNames: Readonly<Record<SegmentedKind, readonly string[]>> = {
  'cine-sax': ['right ventricle', 'myocardium', 'left ventricle'],
  'lge-sax': ['left ventricle', 'normal myocardium', 'infarct', 'microvascular obstruction'],
  't2-sax': ['left ventricle', 'normal myocardium', 'oedema'],
  'cine-lax': ['left ventricle', 'myocardium', 'left atrium'],
};
