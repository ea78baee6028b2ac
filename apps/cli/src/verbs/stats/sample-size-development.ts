import { issue } from '@myocast/base';
import {
  affordableParameters,
  coxSnellFromChiSquare,
  coxSnellFromConcordance,
  coxSnellFromD,
  coxSnellFromNagelkerke,
  developmentSampleSize,
  type ExpectedOutcome,
  maximumCoxSnell,
  survivalCoxSnellFromConcordance,
} from '@myocast/survival/sample-size';
import { StoppedByIssues } from '../../terminal.ts';
import { format, textTable } from '../../text-table.ts';

export interface DevelopmentOptions {
  readonly outcome: 'binary' | 'time-to-event';
  readonly prevalence?: number;
  readonly concordance?: number;
  readonly parameters?: number;
  readonly r2?: number;
  readonly nagelkerke?: number;
  readonly chiSquare?: number;
  readonly modelSubjects?: number;
  readonly modelEvents?: number;
  readonly modelParameters: number;
  readonly d?: number;
  readonly rate?: number;
  readonly meanFollowUp?: number;
  readonly timepoint?: number;
  readonly shrinkage: number;
  readonly optimism: number;
  readonly margin: number;
  readonly available?: number;
}

export function developmentDocument(options: DevelopmentOptions) {
  const { parameters, shrinkage, optimism, margin, available } = options;
  const outcome = outcomeOf(options);
  stopUnless(parameters! > 0, '--parameters', 'expected one or more, found 0');
  const coxSnell = coxSnellOf(options, outcome);
  const highest = maximumCoxSnell(outcome);
  stopUnless(
    coxSnell < Math.min(highest, shrinkage),
    'R²',
    `expected a Cox and Snell's R² below ${format(Math.min(highest, shrinkage))}, found ${format(coxSnell)}`,
  );
  const plan = { outcome, coxSnell, shrinkage, optimism, margin };
  return {
    purpose: 'development',
    outcome,
    parameters: parameters!,
    coxSnell,
    ...developmentSampleSize({ ...plan, parameters: parameters! }),
    available: available ?? null,
    affordableParameters: available === undefined ? null : affordableParameters(available, plan),
  };
}

export function developmentLines(document: ReturnType<typeof developmentDocument>): string[] {
  const { criteria, available, affordableParameters: afford } = document;
  const row = (name: string, { subjects, events }: { subjects: number; events: number }, about: string) => [
    name,
    subjects,
    events,
    about,
  ];
  return [
    ...textTable(
      ['criterion', 'subjects', 'events', ''],
      [
        row('shrinkage', criteria.shrinkage, `factor ${format(criteria.shrinkage.shrinkage)}`),
        row('optimism of R²', criteria.optimism, `factor ${format(criteria.optimism.shrinkage)}`),
        row('overall risk', criteria.overallRisk, `risk ${format(criteria.overallRisk.risk)}`),
      ],
    ),
    `${document.subjects} subjects with ${document.events} events for ${document.parameters} parameters, ${format(document.eventsPerParameter)} events a parameter`,
    `R² ${format(document.coxSnell)} of at most ${format(document.maximumCoxSnell)} (Nagelkerke ${format(document.nagelkerke)})`,
    ...(afford === null
      ? []
      : [`${available} subjects afford ${Math.floor(afford)} parameters (${format(afford)})`]),
  ];
}

function outcomeOf({
  outcome,
  prevalence,
  rate,
  meanFollowUp,
  timepoint,
}: DevelopmentOptions): ExpectedOutcome {
  if (outcome === 'binary') return { kind: 'binary', prevalence: prevalence! };
  for (const [name, value] of Object.entries({ rate, 'mean-follow-up': meanFollowUp, timepoint }))
    stopUnless(value! > 0, `--${name}`, `expected a number above 0, found ${value}`);
  return { kind: 'time-to-event', rate: rate!, meanFollowUp: meanFollowUp!, timepoint: timepoint! };
}

function coxSnellOf(options: DevelopmentOptions, outcome: ExpectedOutcome): number {
  const { r2, nagelkerke, chiSquare, d, modelSubjects, modelEvents, modelParameters } = options;
  if (r2 !== undefined) return r2;
  if (nagelkerke !== undefined) return coxSnellFromNagelkerke(nagelkerke, outcome);
  if (d !== undefined) {
    stopUnless(
      d > 0 && modelEvents! > 0 && modelEvents! <= modelSubjects!,
      '--d',
      `expected D above 0 with events among subjects, found ${d} with ${modelEvents} among ${modelSubjects}`,
    );
    return coxSnellFromD(d, modelEvents!, modelSubjects!);
  }
  if (chiSquare === undefined) return fromConcordance(options.concordance!, outcome);
  stopUnless(modelSubjects! > 0, '--model-subjects', 'expected one or more, found 0');
  const shrunk = coxSnellFromChiSquare(chiSquare, modelSubjects!, modelParameters);
  if (shrunk !== null && shrunk > 0) return shrunk;
  return stop('--chi-square', `expected more than the parameters, ${modelParameters}, found ${chiSquare}`);
}

/** By the end of follow-up a share of rate × mean follow-up has had the event. */
function fromConcordance(concordance: number, outcome: ExpectedOutcome): number {
  stopUnless(
    concordance > 0.5 && concordance < 0.99,
    '--concordance',
    `expected a C above 0.5 and below 0.99, found ${concordance}`,
  );
  if (outcome.kind === 'binary') return coxSnellFromConcordance(concordance, outcome.prevalence);
  const risk = outcome.rate * outcome.meanFollowUp;
  stopUnless(risk < 1, '--rate', `expected less than one event a subject, found ${format(risk)}`);
  return survivalCoxSnellFromConcordance(concordance, risk).coxSnell;
}

export function stopUnless(isRight: boolean, option: string, message: string): void {
  if (!isRight) stop(option, message);
}

function stop(option: string, message: string): never {
  throw new StoppedByIssues([issue('bad-value', option, message)]);
}
