/** Where a picture stands in the overview of an exam. */
export type PictureGroup = 'images' | 'curves' | 'wall' | 'strain' | 'infarct' | 'oedema' | 'maps' | 'other';

/** How a quantity by AHA segment is shown, the same in every exam. */
export interface ShownQuantity {
  readonly title: string;
  readonly unit: string;
  /** Ends of the scale. Of both signs, zero is pale between two colours; else one colour scale from low to high. */
  readonly range: readonly [low: number, high: number];
  readonly decimals: number;
  readonly group: PictureGroup;
  /** What a reader must know to report it. */
  readonly caption?: string;
}

const share = { unit: '%', range: [0, 100], decimals: 0 } as const;
const wall = { unit: 'mm', range: [0, 20], decimals: 1, group: 'wall' } as const;
const shortening = { unit: '%', range: [-25, 25], decimals: 1, group: 'strain' } as const;
/** Thickening of the wall and radial strain are one thing measured in two ways: one scale. */
const thickening = { unit: '%', range: [-80, 80], decimals: 0 } as const;
const longitudinal = (words: string): ShownQuantity => ({
  title: `Longitudinal strain, peak, ${words}`,
  ...shortening,
});
const relaxation = (title: string, range: readonly [number, number]): ShownQuantity => ({
  title,
  unit: 'ms',
  range,
  decimals: range[1] > 100 ? 0 : 1,
  group: 'maps',
  caption: 'Median of the segment, without the rims of the wall.',
});

/** Every quantity by segment, under its place in the record; 'twice' is drawn under another name. */
const quantities: { readonly [path: string]: ShownQuantity | 'twice' } = {
  'cine.wallThicknessMm': { title: 'Wall thickness at end-diastole', ...wall },
  'ventricles.wall.meanThicknessMm': 'twice',
  'ventricles.wall.greatestThicknessMm': { title: 'Greatest wall thickness at end-diastole', ...wall },
  'ventricles.wall.systolicThicknessMm': { title: 'Wall thickness at end-systole', ...wall },
  'cine.wallThickeningPercent': { title: 'Systolic wall thickening', ...thickening, group: 'wall' },
  'ventricles.wall.thickeningPercent': 'twice',
  'deformation.shortAxis.segmentCircumferential': {
    title: 'Circumferential strain, peak: the one to report',
    ...shortening,
    caption:
      'Peak of the mid-wall within the short-axis planes, as feature tracking is published. Report this one, with the software.',
  },
  'deformation.shortAxis.segmentCircumferentialFollowedPercent': {
    title: 'Circumferential strain at ES, planes corrected',
    ...shortening,
    caption:
      'At end-systole, of the muscle that has moved through the planes (from the long axes). A check of the peak strain; not to be compared with published values.',
  },
  'deformation.shortAxis.segmentRadial': { title: 'Radial strain, peak', ...thickening, group: 'strain' },
  'deformation.segmentLongitudinalPercent': longitudinal('mean of the views'),
  'deformation.longAxes.cine-2ch.segments': longitudinal('2 chambers'),
  'deformation.longAxes.cine-3ch.segments': longitudinal('3 chambers'),
  'deformation.longAxes.cine-4ch.segments': longitudinal('4 chambers'),
  'lge.transmuralityPercent': { title: 'Infarct, share of the segment', ...share, group: 'infarct' },
  'lge.mvoSegmentPercent': { title: 'MVO, share of the segment', ...share, group: 'infarct' },
  'tissue.transmurality.meanExtentPercent': {
    title: 'Infarct transmurality, mean',
    ...share,
    group: 'infarct',
  },
  'tissue.transmurality.maximumExtentPercent': {
    title: 'Infarct transmurality, 90th percentile',
    ...share,
    group: 'infarct',
  },
  'tissue.oedema.methods.mask.segmentPercent': {
    title: 'Oedema as drawn, of the segment',
    ...share,
    group: 'oedema',
  },
  'tissue.oedema.methods.2-sd.segmentPercent': {
    title: 'Oedema by 2 SD, of the segment',
    ...share,
    group: 'oedema',
  },
  'tissue.maps.t1-map-native.segmentMs': relaxation('Native T1', [800, 1500]),
  'tissue.maps.t1-map-post.segmentMs': relaxation('T1 after contrast', [200, 700]),
  'tissue.maps.t2-map.segmentMs': relaxation('T2', [30, 90]),
  'tissue.maps.t2star-map.segmentMs': relaxation('T2*', [0, 60]),
  'tissue.extracellularVolume.segmentPercent': {
    title: 'Extracellular volume (ECV)',
    unit: '%',
    range: [0, 80],
    decimals: 1,
    group: 'maps',
  },
};

/** How a quantity is shown; null for one that this table does not know. */
export function shownQuantity(path: readonly string[]): ShownQuantity | 'twice' | null {
  const key = path.join('.');
  return Object.hasOwn(quantities, key) ? quantities[key]! : null;
}
