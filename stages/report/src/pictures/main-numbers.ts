import type { CineQuantities, QuantitiesRecord, TissueQuantities } from '@myocast/imaging';

/** One line of the overview of an exam. */
export interface MainNumber {
  readonly words: string;
  /** With its unit. */
  readonly value: string;
  /** What it rests on; '' for nothing to add. */
  readonly note: string;
}

/** The numbers that a reader looks for first, those that were measured. Phases count from 1. */
export function mainNumbers(quantities: QuantitiesRecord): readonly MainNumber[] {
  const { cine, lge, tissue, deformation } = quantities;
  return [
    ...(cine ? cineNumbers(cine) : []),
    ...(lge
      ? [
          ...row('Infarct size, MVO included', lge.infarctPercent, '%', 1, 'of the LV wall'),
          ...row('MVO', lge.mvoPercent, '%', 1, 'of the LV wall'),
        ]
      : []),
    ...(tissue ? tissueNumbers(tissue) : []),
    ...(deformation ? strainNumbers(deformation) : []),
  ];
}

function row(
  words: string,
  value: number | null | undefined,
  unit: string,
  decimals: number,
  note = '',
): readonly MainNumber[] {
  if (value === null || value === undefined) return [];
  return [{ words, value: `${value.toFixed(decimals)}${unit === '' ? '' : ` ${unit}`}`, note }];
}

function cineNumbers(cine: CineQuantities): readonly MainNumber[] {
  const isRvDrawn = cine.rvEdvMl > 0 && cine.rvEsvMl > 0;
  return [
    ...row(
      'LV end-diastolic volume',
      cine.edvMl,
      'ml',
      1,
      `phase ${cine.edPhase + 1}, ${cine.slices} slices`,
    ),
    ...row('LV end-systolic volume', cine.esvMl, 'ml', 1, `phase ${cine.esPhase + 1}`),
    ...row('LV stroke volume', cine.strokeVolumeMl, 'ml', 1),
    ...row('LV ejection fraction', cine.ejectionFractionPercent, '%', 1),
    ...row('LV mass', cine.massG, 'g', 1),
    ...(isRvDrawn
      ? [
          ...row('RV end-diastolic volume', cine.rvEdvMl, 'ml', 1),
          ...row('RV end-systolic volume', cine.rvEsvMl, 'ml', 1),
          ...row('RV stroke volume', cine.rvEdvMl - cine.rvEsvMl, 'ml', 1),
          ...row('RV ejection fraction', cine.rvEjectionFractionPercent, '%', 1),
        ]
      : []),
  ];
}

const methodWords = { mask: 'as drawn', '2-sd': '2 SD above remote' } as const;
const mapWords = {
  't1-map-native': 'Native T1',
  't1-map-post': 'T1 after contrast',
  't2-map': 'T2',
  't2star-map': 'T2*',
} as const;

function tissueNumbers({ oedema, maps, haemorrhage, extracellularVolume }: TissueQuantities) {
  return [
    ...(oedema?.methods ?? []).flatMap(({ method, areaAtRiskPercent, salvageIndex }) => [
      ...row('Area at risk', areaAtRiskPercent, '%', 1, `of the LV wall, oedema ${methodWords[method]}`),
      ...row('Salvage index', salvageIndex, '', 2, `by the oedema ${methodWords[method]}`),
    ]),
    ...maps.flatMap(({ kind, remote, infarct }) => [
      ...row(`${mapWords[kind]} of remote wall`, remote?.ms, 'ms', 0, 'median'),
      ...row(`${mapWords[kind]} of the infarct`, infarct?.ms, 'ms', 0, 'median, without MVO'),
    ]),
    ...row('Haemorrhage', haemorrhage?.lvPercent, '%', 1, 'of the LV wall on the slices of the T2* map'),
    ...row('ECV of remote wall', extracellularVolume?.remotePercent, '%', 1),
  ];
}

function strainNumbers({
  software,
  globalLongitudinalPercent,
  shortAxis,
  mapseMm,
  leftAtrium,
}: NonNullable<QuantitiesRecord['deformation']>) {
  const followed = shortAxis?.circumferentialFollowedPercent;
  return [
    ...row('Global longitudinal strain, peak', globalLongitudinalPercent, '%', 1, `endocardial, ${software}`),
    ...row(
      'Global circumferential strain, peak',
      shortAxis?.circumferential.peakPercent,
      '%',
      1,
      `mid-wall, the one to report, ${software}`,
    ),
    ...row('Circumferential strain at ES, planes corrected', followed, '%', 1, 'a check, not to be reported'),
    ...row('Global radial strain, peak', shortAxis?.radial.peakPercent, '%', 1, software),
    ...row('MAPSE', mapseMm, 'mm', 1),
    ...row('Left atrium, largest volume', leftAtrium?.maxMl, 'ml', 1, leftAtrium?.method ?? ''),
  ];
}
