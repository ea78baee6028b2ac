import { describe, expect, it } from 'vitest';
import type { OtherSeriesRecord, SeriesRecord } from '../records.ts';
import { compareSeries, whyBetter } from './choose-series.ts';
import type { Candidate } from './exam.ts';
import { graded, inDoubt } from './quality/thresholds.ts';
import { examVerdict, stoppingReasons } from './verdict.ts';

const look = { key: 'a1', confidence: 0.95, reason: '', otherwise: null, variant: null, description: '' };
const record = (kind: 'cine-sax' | 'lge-sax', more: Partial<SeriesRecord> = {}): SeriesRecord => ({
  ...look,
  kind,
  chosen: null,
  file: `${kind}.nii.gz`,
  shape: [1, 9, 8, 8],
  spacingMm: [10, 1, 1],
  triggerTimesMs: null,
  emptySlices: [],
  fieldStrengthT: null,
  manufacturer: null,
  images: 9,
  ...more,
});
const both = [record('cine-sax'), record('lge-sax')];
const good = { series: both, otherSeries: [], quality: [], gaps: false };

describe('the verdict', () => {
  it('is include when nothing speaks against it', () => {
    expect(examVerdict(good)).toEqual({ verdict: 'include', reasons: [] });
  });

  it('is review for an uncertain kind, a missing geometry, a measure in doubt and a gap, each said', () => {
    const unsure = [
      record('cine-sax', { confidence: 0.4, reason: 'so' }),
      record('lge-sax', { spacingMm: null }),
    ];
    const quality = [graded('cine-sax', 'slice-shift', 14, 'slice 3')];
    expect(examVerdict({ series: unsure, otherSeries: [], quality, gaps: true })).toEqual({
      verdict: 'review',
      reasons: [
        'short-axis cine: uncertain (0.4): so',
        'short-axis late enhancement: no geometry',
        'short-axis cine: largest shift of a slice against its neighbours 14 mm, expected at most 10 (slice 3)',
        'slices or images are missing or had to be left out',
      ],
    });
  });

  it('is exclude for a missing series or a measure that fails, doubts listed after', () => {
    expect(examVerdict({ ...good, series: [both[1]!] })).toEqual({
      verdict: 'exclude',
      reasons: ['no short-axis cine that forms a regular volume'],
    });
    const quality = [graded('cine-sax', 'noise', 9, ''), graded('cine-sax', 'slices', 3, '')];
    expect(examVerdict({ ...good, quality })).toMatchObject({
      verdict: 'exclude',
      reasons: [expect.stringContaining('slices 3'), expect.stringContaining('signal to noise')],
    });
  });

  it('is review where a series that is there may be the one that is missing', () => {
    const other: OtherSeriesRecord = {
      ...look,
      key: 'beef',
      kind: 'other',
      otherwise: { kind: 'lge-sax', confidence: 0.3 },
      shape: [1, 9, 8, 8],
      images: 9,
      whyNotUsed: '',
    };
    const found = examVerdict({ ...good, series: [both[0]!], otherSeries: [other] });
    expect(found.verdict).toBe('review');
    expect(found.reasons[0]).toContain('it may be series beef');
    const far = { ...other, otherwise: { kind: 'lge-sax', confidence: 0.05 } as const };
    expect(examVerdict({ ...good, series: [both[0]!], otherSeries: [far] }).verdict).toBe('exclude');
  });

  it('is review where a series that no header names has the shape of a cine, and says how to name it', () => {
    const silent: OtherSeriesRecord = {
      ...look,
      key: 'beef',
      kind: 'other',
      shape: [6, 6, 8, 8],
      images: 36,
      whyNotUsed: '',
    };
    const verdictOf = (other: OtherSeriesRecord) =>
      examVerdict({ ...good, series: [both[1]!], otherSeries: [other] });
    expect(verdictOf(silent)).toMatchObject({
      verdict: 'review',
      reasons: [expect.stringContaining('--label beef=cine-sax --by')],
    });
    expect(verdictOf({ ...silent, shape: [5, 6, 8, 8] }).verdict).toBe('exclude');
    expect(verdictOf({ ...silent, kind: 'flow' }).verdict).toBe('exclude');
  });

  it('tells what stops from what is to be looked at', () => {
    const quality = [graded('cine-sax', 'noise', 9, ''), graded('cine-sax', 'slices', 3, '')];
    const evidence = { ...good, series: [both[0]!], quality };
    const stopping = stoppingReasons(evidence);
    expect(stopping).toEqual([
      'no short-axis late enhancement that forms a regular volume',
      'short-axis cine: slices 3, expected at least 4',
    ]);
    expect(examVerdict(evidence).reasons.slice(0, 2)).toEqual(stopping);
    expect(examVerdict(evidence).reasons).toHaveLength(3);
  });

  it('passes over what could not be measured', () => {
    const quality = [graded('cine-sax', 'beat-agreement', null, 'too few phases')];
    expect(examVerdict({ ...good, quality }).verdict).toBe('include');
  });
});

describe('a measure that the images do not allow', () => {
  it('sends the exam to review', () => {
    const quality = [inDoubt('cine-sax', 'slice-shift', 'no two slices are alike')];
    expect(examVerdict({ ...good, quality })).toEqual({
      verdict: 'review',
      reasons: [
        'short-axis cine: largest shift of a slice against its neighbours could not be measured (no two slices are alike)',
      ],
    });
  });
});

describe('of two series of one kind', () => {
  const candidate = (more: Partial<Candidate>): Candidate => ({
    ...look,
    kind: 'lge-sax',
    setBy: null,
    oriented: true,
    shape: [1, 9, 128, 128],
    emptySlices: [],
    paths: ['a'],
    fieldStrengthT: null,
    manufacturer: null,
    ...more,
  });
  const better = (a: Partial<Candidate>, b: Partial<Candidate>) => {
    const [first, second] = [candidate({ key: 'a', ...a }), candidate({ key: 'b', ...b })];
    expect(compareSeries(first, second)).toBeLessThan(0);
    expect(compareSeries(second, first)).toBeGreaterThan(0);
    return whyBetter(first, second);
  };

  it('the one that a person set, the surer, the fuller, the phase-sensitive and the finer is used', () => {
    expect(better({ setBy: 'A', shape: [1, 3, 8, 8] }, {})).toBe('set by A');
    expect(better({ shape: [1, 6, 8, 8] }, { confidence: 0.3 })).toBe('surer (0.95 against 0.3)');
    expect(better({}, { emptySlices: [2, 3] })).toBe('more slices (9 against 7)');
    expect(better({ variant: 'phase-sensitive' }, { variant: 'magnitude', confidence: 0.99 })).toContain(
      'phase-sensitive',
    );
    expect(better({ shape: [1, 9, 256, 256] }, {})).toBe('finer matrix (256×256 against 128×128)');
    expect(better({}, {})).toContain('alike');
  });
});
