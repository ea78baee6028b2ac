import {
  type CineQuantities,
  type DeformationQuantities,
  type LgeQuantities,
  type QuantitiesRecord,
  type SegmentValues,
  type TissueQuantities,
  type VentricleQuantities,
  wholeHeartSlices,
} from '@myocast/imaging';
import type { FrozenSubject } from '@myocast/study';
import type { ColumnSource } from './columns.ts';

type Read = ColumnSource['read'];

/** The cine's quantities where they are of a whole ventricle: a part of it predicts nothing. */
export function wholeCine(quantities: QuantitiesRecord | null): CineQuantities | null {
  const cine = quantities?.cine;
  return cine && cine.slices >= wholeHeartSlices ? cine : null;
}

/** Every CMR column; with `indexed`, volumes and mass are divided by the variable `bsa` (m2). */
export function cmrColumns(indexed: boolean): readonly ColumnSource[] {
  return [
    ...cineColumns(indexed),
    ...ventricleColumns,
    ...strainColumns,
    ...longAxisColumns,
    ...lgeColumns,
    ...enhancementColumns,
    ...oedemaColumns,
    ...mapColumns,
  ];
}

function column(
  name: string,
  label: string,
  unit: string | null,
  pointer: string,
  read: Read,
  as = 'as it is',
): ColumnSource {
  return {
    column: { name, label, unit, kind: 'continuous', source: 'cmr' },
    from: { file: 'quantities/{subject}.json', pointer, as },
    read,
  };
}

function ofCine(read: (cine: CineQuantities, subject: FrozenSubject) => number | null): Read {
  return (subject, quantities) => {
    const whole = wholeCine(quantities);
    return whole && read(whole, subject);
  };
}

function cineColumns(indexed: boolean): readonly ColumnSource[] {
  const sized = (
    name: string,
    label: string,
    unit: string,
    key: 'edvMl' | 'esvMl' | 'massG' | 'rvEdvMl' | 'rvEsvMl',
  ): ColumnSource => {
    return column(
      indexed ? `${name}_index` : name,
      indexed ? `${label}, indexed to body surface` : label,
      indexed ? `${unit}/m2` : unit,
      `/cine/${key}`,
      ofCine((cine, subject) => {
        if (!indexed) return cine[key];
        const bsa = subject.values['bsa'];
        return typeof bsa === 'number' && bsa > 0 ? cine[key] / bsa : null;
      }),
      indexed ? 'divided by bsa' : 'as it is',
    );
  };
  return [
    column(
      'ejection_fraction',
      'LV ejection fraction',
      '%',
      '/cine/ejectionFractionPercent',
      ofCine((cine) => cine.ejectionFractionPercent),
    ),
    sized('edv', 'LV end-diastolic volume', 'ml', 'edvMl'),
    sized('esv', 'LV end-systolic volume', 'ml', 'esvMl'),
    sized('lv_mass', 'LV mass', 'g', 'massG'),
    column(
      'wall_thickening',
      'Mean wall thickening',
      '%',
      '/cine/wallThickeningPercent',
      ofCine((cine) => mean(cine.wallThickeningPercent)),
      'mean of the segments',
    ),
    column(
      'rv_ejection_fraction',
      'RV ejection fraction',
      '%',
      '/cine/rvEjectionFractionPercent',
      ofCine((cine) => cine.rvEjectionFractionPercent),
    ),
    sized('rv_edv', 'RV end-diastolic volume', 'ml', 'rvEdvMl'),
  ];
}

/** A number of the ventricles, of cines that cover them. */
function ofVentricles(read: (ventricles: VentricleQuantities) => number | null | undefined): Read {
  return (_, quantities) =>
    wholeCine(quantities) && quantities?.ventricles ? (read(quantities.ventricles) ?? null) : null;
}

const ventricleColumns: readonly ColumnSource[] = [
  column(
    'peak_ejection_rate',
    'LV peak ejection rate over EDV',
    '1/s',
    '/ventricles/leftRates/peakEjectionRatePerS',
    ofVentricles(({ leftRates }) => leftRates?.peakEjectionRatePerS),
  ),
  column(
    'peak_filling_rate',
    'LV peak filling rate over EDV',
    '1/s',
    '/ventricles/leftRates/peakFillingRatePerS',
    ofVentricles(({ leftRates }) => leftRates?.peakFillingRatePerS),
  ),
];

function ofDeformation(read: (deformation: DeformationQuantities) => number | null | undefined): Read {
  return (_, quantities) => (quantities?.deformation ? (read(quantities.deformation) ?? null) : null);
}

const strainColumns: readonly ColumnSource[] = [
  column(
    'gcs',
    'Global circumferential strain',
    '%',
    '/deformation/shortAxis/circumferential/peakPercent',
    ofDeformation(({ shortAxis }) => shortAxis?.circumferential.peakPercent),
  ),
  column(
    'grs',
    'Global radial strain',
    '%',
    '/deformation/shortAxis/radial/peakPercent',
    ofDeformation(({ shortAxis }) => shortAxis?.radial.peakPercent),
  ),
];

const longAxisColumns: readonly ColumnSource[] = [
  column(
    'gls',
    'Global longitudinal strain',
    '%',
    '/deformation/globalLongitudinalPercent',
    ofDeformation(({ globalLongitudinalPercent }) => globalLongitudinalPercent),
  ),
  column(
    'mapse',
    'Mitral annular plane systolic excursion',
    'mm',
    '/deformation/mapseMm',
    ofDeformation(({ mapseMm }) => mapseMm),
  ),
  column(
    'la_volume',
    'Largest LA volume',
    'ml',
    '/deformation/leftAtrium/maxMl',
    ofDeformation(({ leftAtrium }) => leftAtrium?.maxMl),
  ),
  column(
    'la_reservoir',
    'LA reservoir strain',
    '%',
    '/deformation/leftAtrium/reservoirStrainPercent',
    ofDeformation(({ leftAtrium }) => leftAtrium?.reservoirStrainPercent),
  ),
];

function ofLge(read: (lge: LgeQuantities) => number | null): Read {
  return (_, quantities) => (quantities?.lge ? read(quantities.lge) : null);
}

function ofTissue(read: (tissue: TissueQuantities) => number | null | undefined): Read {
  return (_, quantities) => (quantities?.tissue ? (read(quantities.tissue) ?? null) : null);
}

/** A segment with less than this share of MVO holds stray pixels. */
const leastMvoPercent = 2;

const lgeColumns: readonly ColumnSource[] = [
  column(
    'infarct',
    'Infarct size, share of LV myocardium',
    '%',
    '/lge/infarctPercent',
    ofLge(({ infarctPercent }) => infarctPercent),
  ),
  column(
    'mvo',
    'Microvascular obstruction, share of LV myocardium',
    '%',
    '/lge/mvoPercent',
    ofLge(({ mvoPercent }) => mvoPercent),
  ),
  column(
    'mvo_segments',
    'Segments with microvascular obstruction',
    null,
    '/lge/mvoSegmentPercent',
    ofLge(({ mvoSegmentPercent }) => countAbove(mvoSegmentPercent, leastMvoPercent)),
    `segments above ${leastMvoPercent} %`,
  ),
];

const enhancementColumns: readonly ColumnSource[] = [
  column(
    'segments_above_50',
    'Segments with more than half of the wall infarcted',
    null,
    '/tissue/transmurality/segmentsAbove50',
    ofTissue(({ transmurality }) => transmurality?.segmentsAbove50),
  ),
  column(
    'segments_above_75',
    'Segments with more than three quarters of the wall infarcted',
    null,
    '/tissue/transmurality/segmentsAbove75',
    ofTissue(({ transmurality }) => transmurality?.segmentsAbove75),
  ),
  column(
    'endocardial_infarct',
    'Endocardial surface over infarct',
    '%',
    '/tissue/transmurality/endocardialSurfacePercent',
    ofTissue(({ transmurality }) => transmurality?.endocardialSurfacePercent),
  ),
  column(
    'grey_zone',
    'Grey zone, share of the infarct (2 to 3 SD)',
    '%',
    '/tissue/enhancement/greyZones',
    ofTissue(
      ({ enhancement }) =>
        enhancement?.greyZones.find(({ definition }) => definition === '2-to-3-sd')
          ?.greyShareOfInfarctPercent,
    ),
    'greyShareOfInfarctPercent of 2-to-3-sd',
  ),
];

const oedemaColumns: readonly ColumnSource[] = [
  column(
    'area_at_risk',
    'Area at risk, share of LV myocardium',
    '%',
    '/tissue/oedema/methods/0/areaAtRiskPercent',
    ofTissue(({ oedema }) => oedema?.methods[0]?.areaAtRiskPercent),
  ),
  column(
    'salvage_index',
    'Myocardial salvage index',
    null,
    '/tissue/oedema/methods/0/salvageIndex',
    ofTissue(({ oedema }) => oedema?.methods[0]?.salvageIndex),
  ),
];

const mapColumns: readonly ColumnSource[] = [
  column(
    'native_t1_remote',
    'Native T1 of the remote wall',
    'ms',
    '/tissue/maps',
    ofTissue(({ maps }) => maps.find(({ kind }) => kind === 't1-map-native')?.remote?.ms),
    'remote of t1-map-native',
  ),
  column(
    'ecv_remote',
    'Extracellular volume of the remote wall',
    '%',
    '/tissue/extracellularVolume/remotePercent',
    ofTissue(({ extracellularVolume }) => extracellularVolume?.remotePercent),
  ),
  column(
    'haemorrhage',
    'Intramyocardial haemorrhage, share of LV myocardium',
    '%',
    '/tissue/haemorrhage/lvPercent',
    ofTissue(({ haemorrhage }) => haemorrhage?.lvPercent),
  ),
];

function mean(values: SegmentValues): number | null {
  const there = values.filter((value) => value !== null);
  return there.length === 0 ? null : there.reduce((sum, value) => sum + value, 0) / there.length;
}

/** Null where no segment has a value. */
function countAbove(values: SegmentValues, limit: number): number | null {
  const there = values.filter((value) => value !== null);
  return there.length === 0 ? null : there.filter((value) => value > limit).length;
}
