import type { ScoreJudgement, ValidationRecord } from '@myocast/validation';
import { expect, it } from 'vitest';
import { validationLines } from './validation-lines.ts';

const at = (value: number) => ({ value, low: value - 0.1, high: value + 0.1 });
const none = { value: null, low: null, high: null, reason: 'expected at least 2 events, found 1' };
const killip: ScoreJudgement = {
  name: 'killip',
  label: 'Killip class',
  subjects: 110,
  of: 120,
  events: 15,
  whyNot: null,
  missing: { killip: 10 },
  discrimination: [
    { measure: 'harrell', days: null, score: at(0.6), model: at(0.7), difference: at(-0.1) },
    { measure: 'auc', days: 365, score: none, model: none, difference: none },
  ],
  acrossCentres: { score: at(0.6), model: at(0.7) },
  calibration: { kind: 'none', reason: 'it publishes no risk at a horizon' },
};
const record: ValidationRecord = {
  study: 's',
  dataSet: 'h',
  design: 'each centre held out once',
  outcome: 'MACE',
  horizonDays: 730,
  seed: 1,
  bootstraps: 10,
  softwareVersion: '0',
  subjects: 120,
  events: { mace: 16 },
  groups: [
    {
      group: 'all',
      subjects: 120,
      events: 16,
      models: [
        {
          model: 'multimodal',
          label: 'Multimodal',
          harrell: at(0.7),
          uno: at(0.7),
          brier: at(0.1),
          ipa: at(0.1),
          observedOverExpected: at(1),
          calibrationIntercept: at(-0.2),
          calibrationSlope: at(0.8),
          ici: { value: 0.0312, low: null, high: null },
        },
      ],
    },
  ],
  calibration: {},
  riskGroups: [],
  scores: {
    model: 'Multimodal',
    whyNot: null,
    judged: [
      killip,
      {
        ...killip,
        name: 'timi-stemi',
        label: 'TIMI',
        subjects: 120,
        missing: {},
        discrimination: [],
        events: 1,
        calibration: {
          kind: 'judged',
          outcome: 'death',
          causes: ['death'],
          days: 30,
          subjects: 120,
          expectedLow: 0.021,
          expectedHigh: 0.034,
          observed: at(0.2),
          groups: [],
        },
      },
      {
        ...killip,
        name: 'leiden',
        label: 'Leiden',
        subjects: 0,
        whyNot: 'the weights are not known',
        discrimination: [],
      },
    ],
  },
  audits: [
    { name: 'one patient under two names', checked: '120 subjects', found: [] },
    { name: 'a predictor that alone orders the events', checked: '40 predictors', found: ['x: a', 'y: b'] },
  ],
  notes: [],
};
const lines = validationLines(record);

it('prints each score at each horizon, of how many, beside the model on the same subjects', () => {
  const [c, auc] = lines.slice(lines.findIndex((line) => line.startsWith('score ')) + 1);
  expect(c).toMatch(
    /^Killip class +110\/120 +15 +C +0\.60 \(0\.50 to 0\.70\) +0\.70 \(0\.60 to 0\.80\) +-0\.10 \(-0\.20 to 0\.00\)$/,
  );
  expect(auc).toMatch(/^ +AUC at 365 d +not estimable +not estimable +not estimable$/);
});

it('prints one row and one line of a study of one centre', () => {
  const text = lines.join('\n');
  expect(text).toContain('one centre: 120 subjects, 16 events; measures across centres need two');
  expect(text).not.toContain('mean over centres');
  expect(text).not.toMatch(/^held out/m);
  const [all] = record.groups;
  const two = validationLines({ ...record, acrossCentres: { multimodal: at(0.7) }, groups: [all!, all!] });
  expect(two.join('\n')).toContain('mean over centres');
  expect(two.filter((line) => line.startsWith('all '))).toHaveLength(2);
});

it('prints the paired difference in C to each other model', () => {
  const difference = { value: 0.0123, low: -0.01, high: 0.0346 };
  const other = { model: 'cox', label: 'Cox', difference };
  const compared = validationLines({ ...record, comparisons: [other] });
  const place = compared.findIndex((line) => line.startsWith('C of Multimodal less that of'));
  expect(compared[place + 1]).toMatch(/^Cox +0\.012 \(-0\.010 to 0\.035\)$/);
});

it('prints a line for every model that was not fitted', () => {
  const leftOut = ['Fine-Gray: the same model as Cox, for a reason'];
  expect(validationLines({ ...record, leftOut })).toContain(`not fitted: ${leftOut[0]}`);
});

it('prints intercept, slope and index of calibration with their intervals', () => {
  const place = lines.findIndex((line) => line.startsWith('calibration at 730 d'));
  expect(lines[place + 1]).toMatch(
    /^Multimodal +1\.00 \(0\.90-1\.10\) +-0\.20 \(-0\.30 to -0\.10\) +0\.80 \(0\.70-0\.90\) +0\.031$/,
  );
});

it('says of whom a score is not known by item, why not, and which publish no risk', () => {
  expect(lines).toContain('Killip class: not known of 10 of 120, missing killip 10');
  expect(lines).toContain('Leiden: not computed of anyone, the weights are not known');
  expect(lines).toContain('TIMI: not judged, 1 events among those whose points are known');
  expect(lines).toContain('Killip class: no calibration, it publishes no risk at a horizon');
  expect(lines).toContain(
    'TIMI: published risk of death by day 30 2.1 % to 3.4 %, as first event 20.0 % (10.0 % to 30.0 %), 120 subjects',
  );
  expect(lines.filter((line) => line.startsWith('Leiden'))).toHaveLength(1);
});

it('prints how faithful explanations of held-out subjects are, and that they were not measured', () => {
  const curve = {
    explained: 0.03,
    random: 0.02,
    difference: 0.01,
    low: 0.004,
    high: 0.016,
    pValue: 0.0005,
    better: 17,
  };
  const faithfulness = {
    heldOut: true,
    horizonDays: 730,
    subjects: 24,
    leftOut: 1,
    randomOrders: 5,
    deletion: curve,
    insertion: curve,
  };
  const measured = validationLines({ ...record, faithfulness }).join('\n');
  expect(measured).toContain(
    'deletion: 3.00 against 2.00 points of risk in random order, difference 1.00 (0.40 to 1.60), p < 0.001, 17 of 24 subjects',
  );
  expect(measured).toContain(
    '(of the risk at 730 d, 24 subjects held out from training, 1 more without two inputs)',
  );
  expect(validationLines({ ...record, faithfulness: null }).join('\n')).toContain('not measured');
});

it('prints a line for every audit', () => {
  expect(lines.filter((line) => line.startsWith('audit'))).toEqual([
    'audit, one patient under two names: none in 120 subjects',
    'audit, a predictor that alone orders the events: 2 in 40 predictors (x: a; y: b)',
  ]);
});

it('says where scores are not judged, and nothing where a record has none', () => {
  const yesNo = { ...record, scores: { model: 'M', whyNot: 'the outcome has no times', judged: [] } };
  expect(validationLines(yesNo)).toContain('published scores: not judged, the outcome has no times');
  const { scores: _, audits: __, ...older } = record;
  expect(validationLines(older).join('\n')).not.toMatch(/score|audit/);
});
