import { describe, expect, it } from 'vitest';
import { classifyExam, classifySeries, type Series, seriesFacts, type SeriesKind } from './index.ts';
import { weigh } from './series-kinds.ts';
import { plainWords } from './series-words.ts';
import { beat, nameOf, planes, type SeriesSketch, sketched } from './testing/cardiac-exam.ts';

const cineLike: SeriesSketch = {
  images: 25,
  each: beat,
  RepetitionTime: 42,
  EchoTime: 1.2,
  SequenceVariant: 'SS',
};
const irLike: SeriesSketch = {
  ScanningSequence: ['GR', 'IR'],
  InversionTime: 310,
  EchoTime: 1.4,
  RepetitionTime: 750,
};
const stirLike: SeriesSketch = {
  ScanningSequence: ['SE', 'IR'],
  InversionTime: 170,
  EchoTime: 65,
  EchoTrainLength: 21,
};
const sax = { plane: 'sax', slices: 9 } as const;

/** Names as scanners of three makers and sites of many languages write them. */
const named: readonly (readonly [make: string, kind: SeriesKind, sketch: SeriesSketch])[] = [
  [
    'Siemens',
    'cine-sax',
    { SeriesDescription: 'cine_tf2d_sax_retro_iPAT', SequenceName: '*tfi2d1_15', ...cineLike, ...sax },
  ],
  ['Siemens', 'cine-4ch', { SeriesDescription: 'trufi_4ch_retro', ...cineLike, plane: '4ch' }],
  ['Siemens', 'cine-2ch', { SeriesDescription: 'CINE_segmented_LAX_2ch', ...cineLike, plane: '2ch' }],
  ['Siemens', 'cine-3ch', { SeriesDescription: 'tf2d14_retro 3-Kammerblick', ...cineLike, plane: '3ch' }],
  ['Siemens', 'lge-sax', { SeriesDescription: 'DE_tfl_psir_sax_PSIR', ...irLike, ...sax }],
  ['Siemens', 'lge-4ch', { SeriesDescription: 'LGE_PSIR_4ch_MAG', ...irLike, plane: '4ch' }],
  ['Siemens', 't2-stir', { SeriesDescription: 't2_tirm_sax_db', ...stirLike, ...sax }],
  [
    'Siemens',
    't1-map-native',
    {
      SeriesDescription: 'T1Map_Long_T1_MOCO_T1',
      ImageType: ['DERIVED', 'PRIMARY', 'T1 MAP', 'MOCO', 'T1', 'DIS2D'],
      plane: 'sax',
      slices: 3,
    },
  ],
  [
    'Siemens',
    't1-map-post',
    { SeriesDescription: 'MOLLI_post_T1_MAP', plane: 'sax', slices: 3, ContrastBolusAgent: 'Gd' },
  ],
  [
    'Siemens',
    't2-map',
    {
      SeriesDescription: 'T2Map_FLASH_MOCO_T2',
      ImageType: ['DERIVED', 'PRIMARY', 'T2 MAP', 'T2'],
      plane: 'sax',
      slices: 3,
    },
  ],
  ['Siemens', 't2star-map', { SeriesDescription: 'T2*_sax_T2star', plane: 'sax' }],
  [
    'Siemens',
    'map-source',
    {
      SeriesDescription: 'T1Map_MOLLI_sax',
      plane: 'sax',
      images: 8,
      each: (index) => ({ InversionTime: [110, 190, 1100, 1180, 2090, 2170, 3080, 4070][index]! }),
    },
  ],
  [
    'Siemens',
    'map-source',
    {
      SeriesDescription: 'T2*_multiecho_sax',
      plane: 'sax',
      images: 8,
      each: (index) => ({ EchoTime: 2 + 2.2 * index }),
    },
  ],
  ['Siemens', 'localiser', { SeriesDescription: 'localizer_haste', plane: 'axial', slices: 5 }],
  [
    'Siemens',
    'ti-scout',
    {
      SeriesDescription: 'TI_scout_sax',
      plane: 'sax',
      images: 25,
      each: (index) => ({ InversionTime: 85 + 22 * index }),
    },
  ],
  [
    'Siemens',
    'flow',
    {
      SeriesDescription: 'flow_250_tp_AV',
      SequenceName: '*fl2d1_v250in',
      images: 30,
      each: beat,
      plane: 'axial',
    },
  ],
  [
    'Siemens',
    'perfusion',
    {
      SeriesDescription: 'ep2d_perf_sax_dynamic',
      images: 60,
      plane: 'sax',
      slices: 3,
      each: (index) => ({ AcquisitionTime: `1015${String(index % 60).padStart(2, '0')}` }),
    },
  ],
  ['Philips', 'cine-sax', { SeriesDescription: 'sBTFE_BH SA M2D', ...cineLike, ...sax }],
  ['Philips', 'cine-4ch', { ProtocolName: 'B-TFE_BH 4CH', ...cineLike, plane: '4ch' }],
  [
    'Philips',
    'lge-sax',
    {
      SeriesDescription: 'PSIR_TFE SA',
      ImageType: ['ORIGINAL', 'PRIMARY', 'CR', 'CR', 'IR'],
      ...irLike,
      ...sax,
    },
  ],
  [
    'Philips',
    't2-stir',
    { SeriesDescription: 'T2W_SPAIR_BB SA', EchoTime: 80, ScanningSequence: 'SE', ...sax },
  ],
  [
    'Philips',
    't1-map-native',
    {
      SeriesDescription: 'WIP MOLLI native SA',
      ImageType: ['ORIGINAL', 'PRIMARY', 'T1 MAP', 'T1', 'UNSPECIFIED'],
      plane: 'sax',
    },
  ],
  ['Philips', 'localiser', { SeriesDescription: 'Survey_BFFE', plane: 'coronal', slices: 10 }],
  [
    'Philips',
    'flow',
    {
      SeriesDescription: 'QFLOW_BH',
      ImageType: ['ORIGINAL', 'PRIMARY', 'VELOCITY MAP', 'P', 'PCA'],
      images: 25,
      each: beat,
    },
  ],
  ['Philips', 'ti-scout', { SeriesDescription: 'Look-Locker SA', images: 20, each: beat, plane: 'sax' }],
  ['GE', 'cine-sax', { SeriesDescription: 'FIESTA CINE SA', ...cineLike, ...sax }],
  ['GE', 'cine-2ch', { SeriesDescription: 'FIESTA 2 Chamber', ...cineLike, plane: '2ch' }],
  ['GE', 'lge-sax', { SeriesDescription: 'SA MDE 10MIN', ...irLike, ...sax }],
  ['GE', 'lge-2ch', { SeriesDescription: 'PS: 2CH PSMDE', ...irLike, plane: '2ch' }],
  ['GE', 't2-stir', { SeriesDescription: 'SA Triple IR', ...stirLike, ...sax }],
  ['GE', 'perfusion', { SeriesDescription: 'FGRE Time Course', images: 40, plane: 'sax', slices: 4 }],
  ['GE', 'localiser', { SeriesDescription: '3-Plane Loc SSFSE', plane: 'sagittal', slices: 7 }],
  ['GE', 'other', { SeriesDescription: 'Asset calibration', plane: 'axial', slices: 40 }],
  [
    'French',
    'cine-sax',
    { SeriesDescription: 'Ciné petit axe', SpecificCharacterSet: 'ISO_IR 192', ...cineLike, ...sax },
  ],
  ['French', 'lge-sax', { SeriesDescription: 'Rehaussement tardif PA petit axe', ...irLike, ...sax }],
  [
    'French',
    'cine-4ch',
    { SeriesDescription: 'Ciné 4 cavités', SpecificCharacterSet: 'ISO_IR 192', ...cineLike, plane: '4ch' },
  ],
  [
    'German',
    'lge-sax',
    {
      SeriesDescription: 'Spät-Enhancement Kurzachse',
      SpecificCharacterSet: 'ISO_IR 192',
      ...irLike,
      ...sax,
    },
  ],
  ['German', 'cine-4ch', { SeriesDescription: 'Cine Vierkammerblick', ...cineLike, plane: '4ch' }],
  ['Spanish', 'cine-sax', { SeriesDescription: 'CINE EJE CORTO DE VI', ...cineLike, ...sax }],
  [
    'Spanish',
    'lge-sax',
    { SeriesDescription: 'Realce tardío eje corto', SpecificCharacterSet: 'ISO_IR 192', ...irLike, ...sax },
  ],
  ['Italian', 'cine-sax', { SeriesDescription: 'cine asse corto', ...cineLike, ...sax }],
  [
    'Chinese',
    'cine-sax',
    { SeriesDescription: '电影 短轴', SpecificCharacterSet: 'ISO_IR 192', ...cineLike, ...sax },
  ],
  [
    'Chinese',
    'lge-4ch',
    { SeriesDescription: '延迟强化 四腔心', SpecificCharacterSet: 'ISO_IR 192', ...irLike, plane: '4ch' },
  ],
  [
    'Russian',
    'cine-sax',
    { SeriesDescription: 'Кино короткая ось', SpecificCharacterSet: 'ISO_IR 192', ...cineLike, ...sax },
  ],
  [
    'Japanese',
    'cine-sax',
    { SeriesDescription: 'シネ 短軸', SpecificCharacterSet: 'ISO_IR 192', ...cineLike, ...sax },
  ],
  ['any', 'other', { SeriesDescription: 'cine grid tagging sax', ...cineLike, ...sax }],
  ['any', 'other', { SeriesDescription: 'early enhancement sax', ...irLike, InversionTime: 450, ...sax }],
  ['any', 'other', { SeriesDescription: 'cine SAX', Modality: 'CT', ...cineLike, ...sax }],
  [
    'any',
    'other',
    { SeriesDescription: 'LGE SAX results', SOPClassUID: '1.2.840.10008.5.1.4.1.1.7', ...sax },
  ],
  ['any', 'cine-other', { SeriesDescription: 'cine RVOT', ...cineLike, plane: 'sagittal' }],
];

describe('a series with words', () => {
  for (const [make, kind, sketch] of named)
    it(`of ${make} named "${nameOf(sketch)}" is ${kind}`, () => {
      const found = classifySeries(sketched(sketch));
      expect([found.kind, found.reason]).toEqual([kind, found.reason]);
      expect(found.confidence).toBeGreaterThan(0.7);
    });
});

describe('a series without words', () => {
  const silent = (sketch: SeriesSketch) => classifySeries(sketched(sketch));

  it('is a short-axis cine by 25 phases of a beat in a stack across the heart', () => {
    const { kind, confidence, reason } = silent({ images: 25, each: beat, ...sax });
    expect(kind).toBe('cine-sax');
    expect(confidence).toBeGreaterThan(0.6);
    expect(reason).toContain('25 phases 32 ms apart');
    expect(reason).toContain('across the long axis of a heart');
  });

  it('is late enhancement by its inversion time and recovery', () => {
    expect(silent({ ...irLike, ...sax })).toMatchObject({ kind: 'lge-sax' });
  });

  it('is an oedema image by a spin echo with a fat-nulling inversion time', () => {
    expect(silent({ ...stirLike, ...sax })).toMatchObject({ kind: 't2-stir' });
  });

  it('of a single image says nothing, with little confidence', () => {
    const found = silent({ plane: 'sax' });
    expect(found.kind).toBe('other');
    expect(found.confidence).toBeLessThan(0.7);
  });
});

const classified = (exam: readonly Series[]) => classifyExam(exam.map(seriesFacts));

describe('an exam', () => {
  it('tells the long-axis views of silent cines by their turn about the axis that the short axis gives', () => {
    const views = ['sax', '2ch', '3ch', '4ch'] as const;
    const exam = views.map((plane, index) =>
      sketched({ images: 25, each: beat, plane, slices: plane === 'sax' ? 10 : 1 }, `2.25.2${index}`),
    );
    const found = classified(exam);
    expect(found.map(({ kind }) => kind)).toEqual(views.map((view) => `cine-${view}`));
    for (const { confidence } of found) expect(confidence).toBeGreaterThan(0.6);
  });

  it('takes three planes at right angles in one series for its localiser', () => {
    const exam = (['axial', 'coronal', 'sagittal'] as const).map((plane) => sketched({ plane, slices: 3 }));
    for (const { kind } of classified(exam)) expect(kind).toBe('localiser');
    expect(classified(exam.slice(0, 2)).map(({ kind }) => kind)).toEqual(['other', 'other']);
  });

  it('tells T1 maps before from those after contrast by when late enhancement was taken', () => {
    const map = (time: string, uid: string) =>
      sketched({ SeriesDescription: 'T1 MAP', plane: 'sax', AcquisitionTime: time }, uid);
    const lge = sketched(
      { SeriesDescription: 'LGE SAX', ...irLike, ...sax, AcquisitionTime: '101500' },
      '2.25.3',
    );
    const found = classified([map('100000', '2.25.1'), map('102500', '2.25.2'), lge]);
    expect(found.map(({ kind }) => kind)).toEqual(['t1-map-native', 't1-map-post', 'lge-sax']);
  });

  it('tells a phase-sensitive image from a magnitude image', () => {
    const variant = (more: SeriesSketch) => classifySeries(sketched({ ...irLike, ...sax, ...more })).variant;
    expect(variant({ SeriesDescription: 'LGE_PSIR_sax_MAG' })).toBe('magnitude');
    expect(variant({ SeriesDescription: 'LGE_PSIR_sax_PSIR' })).toBe('phase-sensitive');
    expect(variant({ SeriesDescription: 'LGE sax', ImageType: ['ORIGINAL', 'PRIMARY', 'CR'] })).toBe(
      'phase-sensitive',
    );
    expect(variant({ SeriesDescription: 'LGE sax' })).toBeNull();
  });
});

describe('its parts', () => {
  it('weighs odds as probabilities', () => {
    const ranked = weigh(['a', 'b'] as const, [
      { why: '', odds: { a: Math.log(3) } },
      { why: '', odds: { b: 0 } },
    ]);
    expect(ranked.map(({ choice }) => choice)).toEqual(['a', 'b']);
    expect(ranked[0]!.probability).toBeCloseTo(0.75, 12);
  });

  it('reads words without accents, signs and case', () => {
    expect(plainWords(['Spät_Enh.', 'T2*-MAP', 'Ciné'])).toBe('spat enh t2* map cine');
  });

  it('has test planes that lie as their names say', () => {
    const [along, down] = planes['4ch'];
    expect(Math.abs(along[0] * down[0] + along[1] * down[1] + along[2] * down[2])).toBeLessThan(1e-12);
  });
});
