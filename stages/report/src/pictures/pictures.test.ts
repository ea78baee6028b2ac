import { describe, expect, it } from 'vitest';
import type { Mask, Volume } from '@myocast/dicom';
import { heartSections, plainSections } from './heart-sheet.ts';
import { phaseCurves, segmentVectors, wordsOf } from './segment-vectors.ts';

describe('segmentVectors', () => {
  const sixteen = Array.from({ length: 16 }, (_, index) => index);
  const curve = { percent: [0, -10], peakPercent: -12, peakPhase: 1 };

  it('finds every quantity by segment, and takes no curve of 16 phases for one', () => {
    const record = {
      cine: {
        wallThicknessMm: [null, ...sixteen.slice(1)],
        volumeCurveMl: sixteen,
        beat: { triggerTimesMs: sixteen },
        allNull: sixteen.map(() => null),
        fifteen: sixteen.slice(1),
        words: sixteen.map(String),
      },
      tissue: { maps: [{ kind: 't2-map', segmentMs: [...sixteen, 16] }] },
      deformation: {
        circumferential: { ...curve, percent: sixteen },
        segmentRadial: [null, ...sixteen.slice(1).map((value) => ({ ...curve, peakPercent: value }))],
      },
    };
    expect(segmentVectors(record).map(({ path }) => path.join('.'))).toEqual([
      'cine.wallThicknessMm',
      'tissue.maps.t2-map.segmentMs',
      'deformation.segmentRadial',
    ]);
    expect(segmentVectors(record)[2]!.values).toEqual([null, ...sixteen.slice(1)]);
    expect(phaseCurves(record).map(({ path }) => path.join('.'))).toEqual(['deformation.circumferential']);
    expect(segmentVectors(null)).toEqual([]);
  });

  it.each([
    [['cine', 'wallThicknessMm'], 'Wall thickness', 'mm'],
    [['lge', 'mvoSegmentPercent'], 'MVO segment', '%'],
    [['tissue', 'maps', 't2-map', 'segmentMs'], 'Maps, T2 map, segment', 'ms'],
    [['deformation', 'shortAxis', 'segmentRadial'], 'Short axis, segment radial', '%'],
    [['ventricles', 'score'], 'Score', ''],
  ])('words of %o', (path, words, unit) => {
    expect(wordsOf(path)).toEqual({ words, unit });
  });
});

describe('heartSections', () => {
  /** Four slices of 20 × 20; a ring of wall around a cavity in the second and third. */
  const shape = [1, 4, 20, 20] as const;
  const affine = [2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 8, 0, 0, 0, 0, 1];
  const data = new Uint8Array(1600);
  for (const z of [1, 2])
    for (let y = 6; y < 14; y++)
      for (let x = 5; x < 15; x++) {
        const inside = y > 7 && y < 12 && x > 6 && x < 13;
        data[z * 400 + y * 20 + x] = inside ? 3 : 2;
      }
  const mask: Mask = { shape, data, affine };
  const volume: Volume = {
    shape,
    data: Float32Array.from(data, (label) => 100 * label),
    affine,
    triggerTimesMs: null,
  };
  const shown = { heading: 'ED', volume, mask, kind: 'cine-sax', phase: 0, reference: null } as const;

  it('shows the slices with contours and one beyond, cut to the heart', () => {
    const [section] = heartSections([shown]);
    expect(section).toMatchObject({ width: 14, height: 12, pixelAspect: 1.5, columnMm: 2 });
    expect(section!.tiles.map(({ label }) => label)).toEqual(['1', '2', '3', '4']);
    const [first, second] = section!.tiles;
    expect(first!.outlines).toEqual([]);
    expect(second!.outlines.map(({ style }) => style.name)).toEqual(['LV epicardium', 'LV endocardium']);
    // The epicardium goes around wall and cavity: no hole.
    expect(second!.outlines[0]!.polygons).toMatchObject([{ holes: [] }]);
    expect(Math.max(...second!.outlines[0]!.polygons[0]!.outer.map(([column]) => column))).toBe(11.5);
    expect([second!.grey[0], second!.grey[6 * 14 + 6]]).toEqual([0, 255]);
  });

  it('shows the same images without anything on them', () => {
    const sections = heartSections([shown]);
    const [plain] = plainSections(sections);
    expect(plain!.tiles.map(({ grey }) => grey)).toEqual(sections[0]!.tiles.map(({ grey }) => grey));
    expect(plain!.tiles.every(({ outlines }) => outlines.length === 0)).toBe(true);
  });

  it('shows whole images where nothing is drawn', () => {
    const [section] = heartSections([{ ...shown, mask: { ...mask, data: new Uint8Array(1600) } }]);
    expect(section).toMatchObject({ width: 20, height: 20 });
    expect(section!.tiles.length).toBe(4);
  });
});
