import type { DicomElements, SeriesKind } from '@myocast/dicom';
import { beat, type SeriesSketch } from '../../libs/dicom/src/testing/cardiac-exam.ts';

// Names of series in protocols that sites and studies have published, with the headers that such a
// sequence has. They were not used to write the rules.

const cine: SeriesSketch = {
  images: 25,
  each: beat,
  RepetitionTime: 40,
  EchoTime: 1.3,
  ScanningSequence: 'GR',
};
const inversion: SeriesSketch = { ScanningSequence: ['GR', 'IR'], InversionTime: 290, EchoTime: 1.6 };
const spinEcho: SeriesSketch = { ScanningSequence: 'SE', EchoTime: 70 };
const stack = { plane: 'sax', slices: 10 } as const;
const three = { plane: 'sax', slices: 3 } as const;
const flow: SeriesSketch = { images: 30, each: beat, EchoTime: 2.5, plane: 'axial' };
const scout: SeriesSketch = {
  images: 25,
  plane: 'sax',
  each: (t): DicomElements => ({ InversionTime: 100 + 25 * t }),
};

export const namedSeries: readonly (readonly [name: string, kind: SeriesKind, sketch: SeriesSketch])[] = [
  ['Survey', 'localiser', { plane: 'coronal', slices: 20 }],
  ['Reference Scan', 'other', { plane: 'coronal', slices: 60 }],
  ['CINE TRA', 'cine-other', { ...cine, plane: 'axial', slices: 8 }],
  ['CINE LAx', 'cine-4ch', { ...cine, plane: '4ch' }],
  ['CINE SAx', 'cine-sax', { ...cine, ...stack }],
  ['CINE 4ch', 'cine-4ch', { ...cine, plane: '4ch' }],
  ['T2W_STIR_BB', 't2-stir', { ...spinEcho, ...stack }],
  ['T1map_native', 't1-map-native', three],
  ['T2 map', 't2-map', three],
  ['T2*map', 't2star-map', three],
  ['Look Locker_RT', 'ti-scout', scout],
  ['LGE_2D_Ssh_RT SAx', 'lge-sax', { ...inversion, ...stack }],
  ['LGE_2D_Ssh_RT LAx', 'lge-4ch', { ...inversion, plane: '4ch' }],
  ['PSIR_Sax 2D Ssh_RT AI', 'lge-sax', { ...inversion, ...stack }],
  ['T1map_enhanced', 't1-map-post', three],
  ['CINE_segmented_SAX_b3', 'cine-sax', { ...cine, plane: 'sax' }],
  ['CINE_segmented_LAX_2Ch', 'cine-2ch', { ...cine, plane: '2ch' }],
  ['CINE_segmented_LAX_3Ch', 'cine-3ch', { ...cine, plane: '3ch' }],
  ['CINE_segmented_LAX_4Ch', 'cine-4ch', { ...cine, plane: '4ch' }],
  ['CINE_segmented_Ao_dist', 'cine-other', { ...cine, plane: 'axial' }],
  ['cine_tagging_3sl_SAX_b1s', 'other', { ...cine, ...three }],
  ['ShMOLLI_192i_SAX_b2s_SAX_b2s_SAX_b2s_T1MAP', 't1-map-native', { plane: 'sax' }],
  ['flow_250_tp_AoV_bh_ePAT@c_P', 'flow', flow],
  ['flow_250_tp_AoV_bh_ePAT@c_MAG', 'flow', flow],
  ['Define_SAX', 'other', { plane: 'sax' }],
  ['Localizer', 'localiser', { plane: 'axial', slices: 3 }],
  ['de_overview_tfi_psir_sax_c', 'lge-sax', { ...inversion, ...stack }],
  ['de_overview_tfi_psir_4c', 'lge-4ch', { ...inversion, plane: '4ch' }],
  ['de_overview_tfi_psir_2c', 'lge-2ch', { ...inversion, plane: '2ch' }],
  ['de_overview_tfi_psir_sax_early_c', 'other', { ...inversion, ...stack }],
  ['ti_scout_early', 'ti-scout', scout],
  ['cine_tf2d13_retro_sa_volumetry_c', 'cine-sax', { ...cine, ...stack }],
  ['t2_map_trufisp_sax', 't2-map', three],
  ['localizer_haste_tra', 'localiser', { plane: 'axial', slices: 15 }],
  ['cine_trufi_4ch', 'cine-4ch', { ...cine, plane: '4ch' }],
  ['TI_scout_mag_fl2d', 'ti-scout', scout],
  ['lge_psir_sax_stack', 'lge-sax', { ...inversion, ...stack }],
  ['lge_psir_2ch', 'lge-2ch', { ...inversion, plane: '2ch' }],
  ['T1_mapping_moll_sax', 't1-map-native', three],
  ['SC 2DDel Enh 250 2 C', 'lge-2ch', { ...inversion, plane: '2ch' }],
  ['SC 2DDel Enh 250 4 C', 'lge-4ch', { ...inversion, plane: '4ch' }],
  ['TFL25_T1_PSIR_SAX6_MAG', 'lge-sax', { ...inversion, plane: 'sax' }],
  ['SS_TRUFI_CS_PSIR_3CH', 'lge-3ch', { ...inversion, plane: '3ch' }],
];
