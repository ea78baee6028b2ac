import type { Contributions, Explanation } from '@myocast/model/explanation';
import { describe, expect, it } from 'vitest';
import { renderExplanation } from './page.ts';

function contributionsOf(values: Readonly<Record<string, number>>, base: number): Contributions {
  const contributions = Object.entries(values).map(([player, value]) => {
    return { player, value, standardError: 0.001 };
  });
  const total = contributions.reduce((sum, { value }) => sum + value, base);
  const scales = (['risk', 'logit', 'log-cumulative-hazard'] as const).map((scale) => {
    return { scale, base, total, contributions };
  });
  return { background: 'missing', method: 'sampled', pairs: 32, evaluations: 99, scales };
}

const whole: Explanation = {
  format: 'myocast-explanation 2',
  subject: 'P <1>',
  abstains: null,
  missingItems: [{ name: 'peak_troponin', label: 'Peak troponin', share: 0.1 }],
  unusual: ['Age 3.0 SD above their mean'],
  composite: 'MACE',
  horizonDays: 730.5,
  risk: { risk: 0.22, low: 0.15, high: 0.31 },
  variables: contributionsOf({ age: 0.05, 'lge-sax images': 0.04, killip: -0.02 }, 0.15),
  variablesAgainstTraining: null,
  sequences: contributionsOf({ clinical: 0.03, LGE: 0.04 }, 0.15),
  segments: { missing: Array.from({ length: 16 }, (_, k) => (k === 3 ? null : 0.001 * k)), median: null },
  slices: [
    {
      sequence: 'lge-sax',
      slices: [{ place: 0, level: 0, examSlice: 6, change: 0.01 }],
      bands: [{ band: 0, places: [0], change: 0.01 }],
    },
  ],
  tests: [
    {
      test: 'LGE',
      inputs: 3,
      without: { risk: 0.18, low: 0.1, high: 0.3 },
      change: 0.04,
      widthChange: -0.04,
    },
    { test: 'troponin', inputs: 0, without: null, change: null, widthChange: null },
  ],
  place: {
    distance: 2,
    percentile: 97,
    pValue: 0.03,
    features: 20,
    of: 20,
    farthest: [{ name: 'age', share: 0.6, deviation: 3 }],
  },
  whyNoNearest: null,
  nearest: {
    patients: [{ index: 11, distance: 0.52, days: 400, cause: 'hf-hospitalisation' }],
    events: 1,
    incidence: 0.3,
  },
  missing: ['peak_troponin'],
  labels: { age: 'Age 81 y' },
};

describe('the page of an explanation', () => {
  it('says what is known in words, tables and figures, and loads nothing', () => {
    const page = renderExplanation({ explanation: whole, model: 'a model', trainedOn: 'virtual patients' });
    expect(page).toContain('Why this forecast: P &#60;1&#62;');
    expect(page).not.toContain('P <1>');
    expect(page).toContain('MACE within 24 months');
    expect(page).toContain('Age 81 y');
    expect(page).toContain('most unusual: Age 3.0 SD above their mean');
    expect(page).toMatch(/LGE.*\+4\.0.*−4\.0/s);
    expect(page).toContain('Not done in this patient, or no input of the model: troponin.');
    expect(page).toContain('No. 12');
    expect(page).toContain('Heart-failure hospitalisation');
    expect(page).toContain('Peak troponin');
    expect(page).not.toContain('peak_troponin');
    expect(page).toContain('90 % interval 15');
    expect(page).not.toContain('own range');
    // Two waterfalls, one bull's-eye (no medians), one figure of slices.
    expect(page.match(/<svg/g)).toHaveLength(4);
    expect(page).not.toMatch(/<script|<link|src="http/);
  });

  it('says above every number that the forecast abstains, why, and what would end it', () => {
    const words = 'what is missing carries 70 % of what the model goes by';
    const far = 'farther out than 99.9 %';
    const reasons = [
      { reason: 'little-observed' as const, words },
      { reason: 'far-from-training' as const, words: far },
    ];
    const abstains = { ...reasons[0]!, reasons, needed: ['peak_troponin'] };
    const page = renderExplanation({
      explanation: { ...whole, abstains },
      model: 'a model',
      trainedOn: 'real patients',
    });
    const at = page.indexOf('The forecast abstains');
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(page.indexOf('class="headline"'));
    for (const text of [words, far, 'To know of what is missing: Peak troponin.'])
      expect(page.indexOf(text)).toBeLessThan(page.indexOf('class="headline"'));
    expect(page).toContain('; not to be relied on');
    const relied = renderExplanation({ explanation: whole, model: 'm', trainedOn: 'real patients' });
    expect(relied).not.toMatch(/abstains|not to be relied on/);
  });

  it('leaves out what there is not', () => {
    const none = contributionsOf({}, 0.15);
    const page = renderExplanation({
      explanation: {
        ...whole,
        variables: none,
        sequences: none,
        segments: { missing: Array.from({ length: 16 }, () => null), median: null },
        slices: [],
        place: null,
        nearest: null,
        missing: [],
        missingItems: [],
      },
      model: 'a model',
      trainedOn: 'real patients',
    });
    expect(page).not.toMatch(/<svg|id="walls"|id="slices"|id="nearest"|trained on virtual/);
  });

  it('says why the nearest patients are not shown, as text', () => {
    const page = renderExplanation({
      explanation: { ...whole, nearest: null, whyNoNearest: 'they <b>stay</b> where they are' },
      model: 'a model',
      trainedOn: 'real patients',
    });
    expect(page).toContain('Not shown: they &#60;b&#62;stay&#60;/b&#62; where they are.');
  });
});
