/** Which endpoints an effect was published for. */
export type EffectGroup = 'injury' | 'plaque';

/** A published hazard ratio, as the log ratio of one unit of a predictor in its raw unit. */
export interface PublishedEffect {
  /** Name of the column: `age`, `log nt_probnp`, `non_culprit=left`. */
  readonly variable: string;
  readonly logRatio: number;
  /** Keys of docs/references.bib. */
  readonly source: string;
}

/** Markers of the same injury go together: of a ratio published for one of them alone, each gets half (DOMAIN B6). */
const shared = 0.5;

/**
 * Death and heart failure, which follow the injury of the heart; re-infarction and
 * revascularisation, which follow the arteries (microvascular obstruction has no
 * effect on them: dewaha2017).
 *
 * What a group is used for is only a starting point: in training each cause weighs
 * both, and the ridge regression of every predictor stands beside them.
 */
export const publishedEffects: { readonly [Group in EffectGroup]: readonly PublishedEffect[] } = {
  injury: [
    { variable: 'infarct', logRatio: (shared * Math.log(1.19)) / 5, source: 'stone2016' },
    { variable: 'mvo', logRatio: shared * Math.log(1.14), source: 'dewaha2017' },
    { variable: 'ejection_fraction', logRatio: shared * Math.log(0.95), source: 'husser2013' },
    { variable: 'rv_ejection_fraction', logRatio: (-shared * Math.log(1.46)) / 10, source: 'larose2010' },
    { variable: 'la_reservoir', logRatio: shared * Math.log(0.905), source: 'lareservoir64473' },
    { variable: 'killip', logRatio: shared * Math.log(2.64), source: 'ogaki2021' },
    { variable: 'timi_post', logRatio: -shared * Math.log(1.74), source: 'ogaki2021' },
    // From an eGFR of about 90 to one of about 50.
    { variable: 'egfr', logRatio: -Math.log(2.32) / 40, source: 'ogaki2021' },
    // From below 60 (about 52) to 80 and over (about 84).
    { variable: 'age', logRatio: Math.log(3.96) / 32, source: 'jernberg2015' },
    { variable: 'diabetes', logRatio: Math.log(1.37), source: 'jernberg2015' },
    { variable: 'prior_stroke', logRatio: Math.log(1.49), source: 'jernberg2015' },
    { variable: 'heart_failure_in_hospital', logRatio: shared * Math.log(1.57), source: 'jernberg2015' },
    { variable: 'three_vessel', logRatio: shared * Math.log(1.85), source: 'vessels5843132' },
    // The highest quarter against the lowest, 2.9 natural logarithms apart.
    { variable: 'log nt_probnp', logRatio: (shared * Math.log(2.2)) / 2.9, source: 'serialprobnp' },
    { variable: 'residual_syntax', logRatio: shared * Math.log(1.06), source: 'singbal2016' },
  ],
  plaque: [
    { variable: 'three_vessel', logRatio: Math.log(1.85), source: 'vessels5843132' },
    { variable: 'non_culprit=left', logRatio: Math.log(1 / 0.51), source: 'mehta2019' },
    // A score of 8 and over (about 12) against none.
    { variable: 'residual_syntax', logRatio: Math.log(1.8) / 12, source: 'residualsyntax535' },
    { variable: 'diabetes', logRatio: Math.log(1.37), source: 'jernberg2015' },
    { variable: 'prior_stroke', logRatio: Math.log(1.49), source: 'jernberg2015' },
    { variable: 'age', logRatio: (shared * Math.log(3.96)) / 32, source: 'jernberg2015' },
    { variable: 'ldl_c', logRatio: -Math.log(0.78), source: 'ctt2010' },
    { variable: 'statin', logRatio: Math.log(0.78), source: 'ctt2010' },
    { variable: 'smoker', logRatio: -Math.log(0.68), source: 'critchley2003' },
  ],
};

/** The endpoints of the protocol by group; another study's causes have no published start. */
export const groupOfCause: Readonly<Record<string, EffectGroup>> = {
  'cardiovascular-death': 'injury',
  'hf-hospitalisation': 'injury',
  'recurrent-mi': 'plaque',
  'unplanned-revascularisation': 'plaque',
};
