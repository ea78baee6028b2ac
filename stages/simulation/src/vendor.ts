import type { Centre } from './centre.ts';
import type { ImagingPlan, Sequence } from './plan.ts';

/** How a scanner names and files a series. */
export interface SeriesHabit {
  readonly description: string;
  readonly protocol: string;
  readonly sequenceName: string;
  readonly imageType: readonly string[];
}

/** What one make of scanner does its own way. */
export interface Vendor {
  readonly series: { readonly [Name in Sequence]: SeriesHabit };
  /** A series for every slice of a cine, or one for the stack. */
  readonly seriesPerSlice: boolean;
  /** Trigger times that begin some milliseconds after the R wave, and are rounded to whole ones. */
  readonly triggerDelayMs: number;
  readonly wholeTriggerTimes: boolean;
  /** Whether the number of phases and the nominal interval are written. */
  readonly cardiacCounts: boolean;
  readonly softwareVersions: string;
}

const usual = ['ORIGINAL', 'PRIMARY', 'M'] as const;

function habit(
  description: string,
  sequenceName: string,
  imageType: readonly string[] = usual,
  protocol = description.toLowerCase(),
): SeriesHabit {
  return { description, protocol, sequenceName, imageType };
}

/** One way for all, in words that say what a series is. */
const plain: Vendor = {
  series: {
    'cine-sax': habit('CINE_SAX', 'bssfp', usual, 'cine_bssfp_sax'),
    'cine-2ch': habit('CINE_2CH', 'bssfp', usual, 'cine_bssfp_2ch'),
    'cine-3ch': habit('CINE_3CH', 'bssfp', usual, 'cine_bssfp_3ch'),
    'cine-4ch': habit('CINE_4CH', 'bssfp', usual, 'cine_bssfp_4ch'),
    'lge-sax': habit('LGE_PSIR_SAX', 'irgre', ['ORIGINAL', 'PRIMARY', 'PSIR'], 'lge_psir_sax'),
    'lge-magnitude': habit('LGE_MAG_SAX', 'irgre', usual, 'lge_psir_sax'),
    't2-sax': habit('T2_STIR_SAX', 'stir', usual, 't2_stir_sax'),
    't1-map': habit('T1_MAP_MOLLI', 'molli', ['DERIVED', 'PRIMARY', 'T1'], 't1_map_molli'),
    't2-map': habit('T2_MAP', 't2prep', ['DERIVED', 'PRIMARY', 'T2'], 't2_map'),
    't2star-map': habit('T2STAR_MAP', 'megre', ['DERIVED', 'PRIMARY', 'T2_STAR'], 't2* map'),
  },
  seriesPerSlice: false,
  triggerDelayMs: 0,
  wholeTriggerTimes: false,
  cardiacCounts: true,
  softwareVersions: 'virtual',
};

/** Names as seen in public collections of each make. (recalled) */
const vendors: { readonly [make: string]: Vendor } = {
  SIEMENS: {
    series: {
      'cine-sax': habit('tf2d25_retro_iPAT_sa', '*tfi2d1_15', [...usual, 'RETRO', 'NORM', 'DIS2D']),
      'cine-2ch': habit('tf2d25_retro_iPAT_2ch', '*tfi2d1_15', [...usual, 'RETRO', 'NORM', 'DIS2D']),
      'cine-3ch': habit('tf2d25_retro_iPAT_3ch', '*tfi2d1_15', [...usual, 'RETRO', 'NORM', 'DIS2D']),
      'cine-4ch': habit('tf2d25_retro_iPAT_4ch', '*tfi2d1_15', [...usual, 'RETRO', 'NORM', 'DIS2D']),
      'lge-sax': habit('de_psir_sa_PSIR', '*tfi2d1_61', ['DERIVED', 'PRIMARY', 'P', 'PSIR', 'NORM']),
      'lge-magnitude': habit('de_psir_sa_MAG', '*tfi2d1_61', [...usual, 'NORM', 'DIS2D']),
      't2-sax': habit('tirm_t2_db_sa', '*tirB2d1_21', [...usual, 'NORM', 'DIS2D']),
      't1-map': habit('T1map_MOLLI_sa_MOCO_T1', '*tfi2d1_35', ['DERIVED', 'PRIMARY', 'T1', 'MOCO']),
      't2-map': habit('T2map_trufi_sa_MOCO_T2', '*tfi2d1_72', ['DERIVED', 'PRIMARY', 'T2', 'MOCO']),
      't2star-map': habit('T2* map_sa', '*fl2d8', ['DERIVED', 'PRIMARY', 'T2_STAR', 'MAP']),
    },
    seriesPerSlice: true,
    triggerDelayMs: 0,
    wholeTriggerTimes: false,
    cardiacCounts: true,
    softwareVersions: 'syngo MR E11',
  },
  'Philips Medical Systems': {
    series: {
      'cine-sax': habit('sBTFE_BH_SA', 'TFE', [...usual, 'FFE', 'M', 'FFE']),
      'cine-2ch': habit('sBTFE_BH_2CH', 'TFE', [...usual, 'FFE', 'M', 'FFE']),
      'cine-3ch': habit('sBTFE_BH_3CH', 'TFE', [...usual, 'FFE', 'M', 'FFE']),
      'cine-4ch': habit('sBTFE_BH_4CH', 'TFE', [...usual, 'FFE', 'M', 'FFE']),
      'lge-sax': habit('PSIR_TFE_BH SA LGE', 'TFE', ['ORIGINAL', 'PRIMARY', 'CR', 'IR', 'CR', 'IR']),
      'lge-magnitude': habit('PSIR_TFE_BH SA LGE', 'TFE', [...usual, 'IR', 'M', 'IR']),
      't2-sax': habit('T2W_STIR_BB SA', 'TSE', [...usual, 'IR', 'M', 'IR']),
      't1-map': habit('T1 map MOLLI SA', 'TFE', ['DERIVED', 'PRIMARY', 'T1', 'MAP']),
      't2-map': habit('T2 map GraSE SA', 'GRASE', ['DERIVED', 'PRIMARY', 'T2', 'MAP']),
      't2star-map': habit('T2* map SA', 'FFE', ['DERIVED', 'PRIMARY', 'T2_STAR', 'MAP']),
    },
    seriesPerSlice: false,
    triggerDelayMs: 12,
    wholeTriggerTimes: false,
    cardiacCounts: true,
    softwareVersions: '5.3.1',
  },
  'GE MEDICAL SYSTEMS': {
    series: {
      'cine-sax': habit('FIESTA CINE SAX', '2dfiesta', ['ORIGINAL', 'PRIMARY', 'OTHER']),
      'cine-2ch': habit('FIESTA CINE 2CH', '2dfiesta', ['ORIGINAL', 'PRIMARY', 'OTHER']),
      'cine-3ch': habit('FIESTA CINE 3CH', '2dfiesta', ['ORIGINAL', 'PRIMARY', 'OTHER']),
      'cine-4ch': habit('FIESTA CINE 4CH', '2dfiesta', ['ORIGINAL', 'PRIMARY', 'OTHER']),
      'lge-sax': habit('PS: SAX MDE', 'fgremde', ['DERIVED', 'PRIMARY', 'OTHER']),
      'lge-magnitude': habit('SAX PSMDE', 'fgremde', ['ORIGINAL', 'PRIMARY', 'OTHER']),
      't2-sax': habit('SAX TRIPLE IR STIR', 'fse', ['ORIGINAL', 'PRIMARY', 'OTHER']),
      't1-map': habit('SAX T1 map MOLLI', '2dfiesta', ['DERIVED', 'SECONDARY', 'OTHER']),
      't2-map': habit('SAX T2 map', 'fse', ['DERIVED', 'SECONDARY', 'OTHER']),
      't2star-map': habit('SAX T2* map', 'fgre', ['DERIVED', 'SECONDARY', 'OTHER']),
    },
    seriesPerSlice: false,
    triggerDelayMs: 0,
    wholeTriggerTimes: true,
    cardiacCounts: true,
    softwareVersions: 'DV26.0',
  },
};

/** The habits of a centre's scanner, or the plain way where the plan asks for no habits. */
export function vendorOf({ manufacturer }: Centre, { vendorHabits }: ImagingPlan): Vendor {
  return vendorHabits ? (vendors[manufacturer] ?? plain) : plain;
}
