import type { Random } from '@myocast/base';
import type { MissingItem } from '../item-words.ts';
import type { PopulationPlace } from '../population-distance.ts';
import type { Abstention } from '../records.ts';
import { type AddedValue, addedValues, type ClinicalTest, clinicalTests } from './added-value.ts';
import { contributionDefaults, type Contributions, contributions } from './contributions.ts';
import type { NearestPatients } from './nearest-patients.ts';
import { segmentOcclusion, type SliceSaliency, sliceSaliency } from './occlusion.ts';
import { playersBy, sequenceName, variableName } from './players.ts';
import type { RiskInterval, RiskModel } from './risk-model.ts';

/** Why a subject's forecast is what it is. Changes of risk are of the absolute risk at the horizon, 0 to 1. */
export interface Explanation {
  readonly format: 'myocast-explanation 2';
  readonly subject: string;
  /** Why the forecast is not to be relied on; null where nothing that is checked speaks against it */
  readonly abstains: Abstention | null;
  /** What is forecast */
  readonly composite: string;
  readonly horizonDays: number | null;
  readonly risk: RiskInterval;
  /** Of each variable, each quantity by segment and the images of each sequence; hidden is not measured */
  readonly variables: Contributions;
  /** The same, hidden being what training patients have; null without training rows */
  readonly variablesAgainstTraining: Contributions | null;
  /** Of the record and of each sequence, numbers and images together */
  readonly sequences: Contributions;
  readonly segments: {
    /** [16] change of risk by the segment: as if it had not been measured; null where it was not */
    readonly missing: readonly (number | null)[];
    /** [16] as if it were the median of the training rows; null without training rows */
    readonly median: readonly (number | null)[] | null;
  };
  readonly slices: readonly SliceSaliency[];
  readonly tests: readonly AddedValue[];
  /** How far the subject is from the training population; null where that is not known */
  readonly place: PopulationPlace | null;
  /** Null where the training patients are not at hand, for the reason beside it */
  readonly nearest: NearestPatients | null;
  readonly whyNoNearest: string | null;
  /** What the model knows and the subject does not have: it has no part in any of this */
  readonly missing: readonly string[];
  /** The same as a reader calls it, each once, what carries most first */
  readonly missingItems: readonly MissingItem[];
  /** What the place is made of, in words, in the order of its farthest features */
  readonly unusual: readonly string[];
  /** What a reader calls a variable, with the subject's value */
  readonly labels: { readonly [variable: string]: string };
}

export interface ExplainConfig {
  /** Antithetic pairs of random orders */
  readonly pairs?: number;
  readonly tests?: readonly ClinicalTest[];
}

/** What an explanation takes from outside of the model. */
export interface ExplainContext extends Pick<Explanation, 'abstains' | 'missingItems' | 'unusual'> {
  readonly composite: string;
  readonly labels: { readonly [variable: string]: string };
  readonly place: PopulationPlace | null;
  readonly nearest: NearestPatients | null;
  readonly whyNoNearest: string | null;
}

/**
 * Everything that is told about the forecast of one subject. The random numbers are those of the subject's name, so
 * that neither order nor company of the subjects changes them.
 */
export async function explain(
  model: RiskModel,
  subject: number,
  context: ExplainContext,
  random: Random,
  config: ExplainConfig = {},
): Promise<Explanation> {
  const { composite, labels, place, nearest, whyNoNearest, abstains, missingItems, unusual } = context;
  const { pairs = contributionDefaults.pairs, tests = clinicalTests } = config;
  const name = model.subjects[subject]!;
  const stream = random.fork(`explain ${name}`);
  const inputs = model.inputsOf(subject);
  const variables = playersBy(inputs, variableName);
  const background = (of: 'missing' | 'references') => ({ pairs, background: of });
  const added = await addedValues(model, subject, tests);
  return {
    format: 'myocast-explanation 2',
    subject: name,
    abstains,
    composite,
    horizonDays: model.horizonDays,
    risk: added.whole,
    variables: await contributions(
      model,
      subject,
      variables,
      background('missing'),
      stream.fork('variables'),
    ),
    variablesAgainstTraining:
      model.references > 0
        ? await contributions(model, subject, variables, background('references'), stream.fork('training'))
        : null,
    sequences: await contributions(
      model,
      subject,
      playersBy(inputs, sequenceName),
      background('missing'),
      stream.fork('sequences'),
    ),
    segments: {
      missing: await segmentOcclusion(model, subject, 'missing'),
      median: model.hasMedian ? await segmentOcclusion(model, subject, 'median') : null,
    },
    slices: await sliceSaliency(model, subject),
    tests: added.tests,
    place,
    nearest,
    whyNoNearest,
    missing: missingOf(model, subject),
    missingItems,
    unusual,
    labels,
  };
}

function missingOf(model: RiskModel, subject: number): string[] {
  const inputs = model.inputsOf(subject);
  const has = new Set(
    inputs.map((input) => `${input.kind} ${input.kind === 'slice' ? input.sequence : input.name}`),
  );
  return [
    ...model.columns.filter((column) => !has.has(`column ${column}`)),
    ...model.segments.filter((segment) => !has.has(`segment ${segment}`)).map((name) => `${name} by segment`),
    ...model.sequences.filter((sequence) => !has.has(`slice ${sequence}`)).map((name) => `${name} images`),
  ];
}
