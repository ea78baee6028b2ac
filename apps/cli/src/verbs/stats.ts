import { type IssueKind, issue, Random } from '@myocast/base';
import { readNumber } from '@myocast/study';
import {
  aalenJohansen,
  type FollowUp,
  kaplanMeier,
  logRank,
  medianFollowUp,
  medianSurvival,
  normalQuantile,
  takeFollowUp,
  takeRows,
} from '@myocast/survival';
import { brierScore, concordance, unoConcordance } from '@myocast/survival/performance';
import { type CoxFit, coxLinearPredictor, fitCox } from '@myocast/survival/regression';
import { bootstrapInterval } from '@myocast/survival/resampling';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { column, followUpOf, type NumericColumns, readColumns } from '../survival-columns.ts';
import { StoppedByIssues, type Terminal, valueOrStop } from '../terminal.ts';
import { format, textTable } from '../text-table.ts';
import type { Action, Verb } from '../verb.ts';

interface Common {
  readonly time: string;
  readonly event: string;
  readonly cause?: number;
}
interface RiskOptions extends Common {
  readonly risk?: string;
  readonly survival?: string;
  readonly tau?: number;
  readonly bootstrap?: number;
  readonly seed: number;
}

/** `myocast stats …`: the survival library by itself, CSV in, JSON out. */
export const statsVerb: Verb = (program, action) => {
  const stats = program.command('stats').description('survival statistics of a CSV table');
  curves(stats, action);
  regression(stats, action);
  predictions(stats, action);
  for (const command of stats.commands) command.exitOverride();
};

function curves(stats: Command, action: Action): void {
  table(stats, 'km', 'Kaplan-Meier survival curve')
    .addOption(
      new Option('--interval <scale>', 'scale of the 95 % interval')
        .choices(['log', 'log-log'])
        .default('log-log'),
    )
    .action(
      action<Common & { interval: 'log' | 'log-log' }>(async (options, terminal, [file]) => {
        const data = await readFollowUp(file!, options);
        const curve = kaplanMeier(data.followUp, options.interval);
        const document = {
          ...counts(data),
          median: medianSurvival(curve),
          medianFollowUp: medianFollowUp(data.followUp),
          days: [...curve.days],
          atRisk: [...curve.atRisk],
          events: [...curve.events],
          censored: [...curve.censored],
          survival: [...curve.survival],
          standardError: [...curve.standardError],
          low: [...curve.low],
          high: [...curve.high],
        };
        finish(terminal, data.columns, document, [
          `${document.subjects} subjects, ${document.eventCount} events, median ${document.median ?? 'not reached'}, median follow-up ${document.medianFollowUp ?? 'not reached'}`,
          ...curveRows(document, document.survival, 'survival'),
        ]);
      }),
    );
  table(stats, 'cif', 'cumulative incidence with competing events (Aalen-Johansen)').action(
    action<Common>(async (options, terminal, [file]) => {
      const data = await readFollowUp(file!, { ...options, cause: options.cause ?? 1 });
      const curve = aalenJohansen(data.followUp);
      const document = {
        ...counts(data),
        cause: options.cause ?? 1,
        days: [...curve.days],
        atRisk: [...curve.atRisk],
        events: [...curve.events],
        incidence: [...curve.incidence],
        standardError: [...curve.standardError],
        low: [...curve.low],
        high: [...curve.high],
      };
      finish(terminal, data.columns, document, [
        `${document.subjects} subjects, ${document.eventCount} events of cause ${document.cause}`,
        ...curveRows(document, document.incidence, 'incidence'),
      ]);
    }),
  );
  table(stats, 'logrank', 'log-rank test between groups')
    .requiredOption('--group <column>', 'column with the code of the group')
    .action(
      action<Common & { group: string }>(async (options, terminal, [file]) => {
        const data = await readFollowUp(file!, options, [options.group]);
        const groups = column(data.columns, options.group);
        if (new Set(groups).size < 2)
          stop('bad-value', data.columns, options.group, 'expected at least 2 groups, found 1');
        if (data.followUp.event.every((code) => code !== 1))
          stop('too-few-events', data.columns, options.event, 'expected an event, found none');
        const test = logRank(groups, data.followUp);
        finish(terminal, data.columns, test, [
          `chi-square ${test.chiSquare.toFixed(4)} on ${test.degreesOfFreedom}, p = ${test.p.toPrecision(4)}`,
          ...textTable(
            ['group', 'subjects', 'observed', 'expected'],
            test.groups.map((row) => [row.group, row.subjects, row.observed, row.expected]),
          ),
        ]);
      }),
    );
}

function regression(stats: Command, action: Action): void {
  table(stats, 'cox', 'Cox regression')
    .requiredOption('--covariates <columns>', 'columns, separated by commas', list)
    .addOption(
      new Option('--ties <method>', 'events on one day').choices(['efron', 'breslow']).default('efron'),
    )
    .option('--weights <column>', 'case weights')
    .option('--ridge <penalty>', 'ridge penalty on standardised covariates', number, 0)
    .action(
      action<Common & { covariates: string[]; ties: 'efron' | 'breslow'; weights?: string; ridge: number }>(
        async (options, terminal, [file]) => {
          const { covariates, ties, weights, ridge } = options;
          const data = await readFollowUp(file!, options, weights ? [...covariates, weights] : covariates);
          const predictors = rowMajor(covariates.map((name) => column(data.columns, name)));
          const caseWeights = weights === undefined ? {} : { weights: column(data.columns, weights) };
          const fit = valueOrStop(
            fitCox(
              { names: covariates, predictors, followUp: { ...data.followUp, ...caseWeights } },
              { ties, ridge },
            ),
          );
          const harrell = concordance(coxLinearPredictor(fit, predictors), data.followUp);
          const document = {
            ...counts(data),
            ties,
            coefficients: covariates.map((name, j) => coefficient(fit, name, j)),
            logLikelihood: fit.logLikelihood,
            concordance: { harrell: harrell.index, se: harrell.standardError },
            iterations: fit.iterations,
          };
          finish(terminal, data.columns, document, [
            `${document.subjects} subjects, ${document.eventCount} events, ${ties} ties`,
            ...textTable(
              ['covariate', 'estimate', 'se', 'hazard ratio', 'low', 'high'],
              document.coefficients.map((row) => [row.name, row.estimate, row.se, ...row.hazardRatio]),
            ),
            `log-likelihood ${fit.logLikelihood.null.toFixed(4)} (null), ${fit.logLikelihood.fitted.toFixed(4)} (fitted)`,
            `concordance ${format(harrell.index)} (se ${format(harrell.standardError)})`,
          ]);
        },
      ),
    );
}

function predictions(stats: Command, action: Action): void {
  riskTable(stats, 'concordance', "Harrell's and Uno's concordance of a predicted risk")
    .option('--at <days>', 'the day that --survival is about; does not change the order of risks', number)
    .option('--tau <days>', "Uno's: leave out events from this day on", number)
    .action(
      action<RiskOptions>(async (options, terminal, [file]) => {
        const { columns: read, followUp, risk } = await readRisk(file!, options);
        const uno = options.tau === undefined ? {} : { tau: options.tau };
        const harrell = concordance(risk, followUp);
        if (harrell.index === null)
          stop('too-few-events', read, options.event, 'expected a comparable pair of subjects, found none');
        const document = {
          harrell: harrell.index,
          se: harrell.standardError,
          concordant: harrell.concordant,
          discordant: harrell.discordant,
          tiedRisk: harrell.tiedRisk,
          uno: unoConcordance(risk, followUp, uno).index,
          tau: options.tau ?? null,
          ...bootstrapped(options, risk, followUp, {
            harrell: (r, f) => concordance(r, f).index,
            uno: (r, f) => unoConcordance(r, f, uno).index,
          }),
        };
        finish(terminal, read, document, [
          `Harrell ${format(document.harrell)} (se ${format(document.se)}), Uno ${format(document.uno)}`,
          ...intervalLines(document.bootstrap),
        ]);
      }),
    );
  riskTable(stats, 'brier', 'Brier score and index of prediction accuracy at a horizon')
    .requiredOption('--at <days>', 'the day that the prediction is about', number)
    .action(
      action<RiskOptions & { at: number }>(async (options, terminal, [file]) => {
        const { columns: read, followUp, risk } = await readRisk(file!, options);
        const name = (options.risk ?? options.survival)!;
        if (risk.some((value) => value < 0 || value > 1))
          stop('bad-value', read, name, 'expected probabilities between 0 and 1, found others');
        const score = brierScore(risk, followUp, options.at);
        if (score.score === null)
          stop(
            'not-estimable',
            read,
            options.time,
            `expected follow-up to day ${options.at}, found none so long`,
          );
        const document = {
          at: options.at,
          brier: score.score,
          reference: score.reference,
          ipa: score.ipa,
          ...bootstrapped(options, risk, followUp, {
            brier: (r, f) => brierScore(r, f, options.at).score,
            ipa: (r, f) => brierScore(r, f, options.at).ipa,
          }),
        };
        finish(terminal, read, document, [
          `Brier ${format(score.score)} at day ${options.at}, without a model ${format(score.reference)}, IPA ${format(score.ipa)}`,
          ...intervalLines(document.bootstrap),
        ]);
      }),
    );
}

function table(stats: Command, name: string, description: string): Command {
  return stats
    .command(name)
    .description(description)
    .argument('<table.csv>')
    .requiredOption('--time <column>', 'follow-up time')
    .requiredOption('--event <column>', 'event: 0 censored, 1 the event')
    .option('--cause <code>', 'the code that is the event; the others compete with it', number);
}

function riskTable(stats: Command, name: string, description: string): Command {
  return table(stats, name, description)
    .addOption(new Option('--risk <column>', 'predicted risk, higher is worse').conflicts('survival'))
    .option('--survival <column>', 'predicted survival probability, higher is better')
    .option('--bootstrap <resamples>', 'percentile intervals over resampled rows', number)
    .option('--seed <seed>', 'seed of the bootstrap', number, 1)
    .hook('preAction', (command) => {
      const { risk, survival } = command.opts<RiskOptions>();
      if (risk === undefined && survival === undefined)
        command.error('error: expected --risk COLUMN or --survival COLUMN');
    });
}

interface FollowUpData {
  readonly columns: NumericColumns;
  readonly followUp: FollowUp;
}

async function readFollowUp(
  path: string,
  { time, event, cause }: Common,
  more: readonly string[] = [],
): Promise<FollowUpData> {
  const columns = await readColumns(path, [time, event, ...more]);
  return { columns, followUp: followUpOf(columns, time, event, cause) };
}

async function readRisk(path: string, options: RiskOptions): Promise<FollowUpData & { risk: Float64Array }> {
  const name = (options.risk ?? options.survival)!;
  const data = await readFollowUp(path, options, [name]);
  const values = column(data.columns, name);
  return { ...data, risk: options.risk === undefined ? values.map((value) => 1 - value) : values };
}

function counts({ columns, followUp }: FollowUpData) {
  return {
    subjects: followUp.days.length,
    eventCount: followUp.event.filter((code) => code === 1).length,
    rowsLeftOut: columns.dropped.length,
  };
}

function coefficient({ coefficients, standardErrors }: CoxFit, name: string, j: number) {
  const estimate = coefficients[j]!;
  const se = standardErrors[j]!;
  const hazardRatio = [0, -1, 1].map((side) => Math.exp(estimate + side * normalQuantile * se));
  return { name, estimate, se, z: estimate / se, hazardRatio };
}

type Statistic = (risk: Float64Array, followUp: FollowUp) => number | null;

function bootstrapped(
  { bootstrap, seed }: RiskOptions,
  risk: Float64Array,
  followUp: FollowUp,
  statistics: { readonly [name: string]: Statistic },
) {
  if (bootstrap === undefined) return { bootstrap: null };
  const intervals = Object.entries(statistics).map(([name, statistic]) => {
    const resampled = (rows: Int32Array) => statistic(takeRows(risk, rows), takeFollowUp(followUp, rows));
    const options = { resamples: bootstrap, random: new Random(seed) };
    return [name, bootstrapInterval(risk.length, resampled, options)] as const;
  });
  return { bootstrap: Object.fromEntries(intervals) };
}

function intervalLines(bootstrap: ReturnType<typeof bootstrapped>['bootstrap']): string[] {
  return Object.entries(bootstrap ?? {}).map(
    ([name, { low, high, resamples, skipped }]) =>
      `${name}: ${format(low)} to ${format(high)} (95 %, ${resamples} resamples, ${skipped} without a value)`,
  );
}

function curveRows(
  curve: { days: number[]; atRisk: number[]; events: number[]; low: number[]; high: number[] },
  values: readonly number[],
  name: string,
): string[] {
  return textTable(
    ['day', 'at risk', 'events', name, 'low', 'high'],
    curve.days.flatMap((day, k) =>
      curve.events[k]! > 0
        ? [[day, curve.atRisk[k]!, curve.events[k]!, values[k]!, curve.low[k]!, curve.high[k]!]]
        : [],
    ),
  );
}

function finish(
  terminal: Terminal,
  { dropped }: NumericColumns,
  document: object,
  lines: readonly string[],
): void {
  terminal.list(dropped, 5);
  terminal.result(document, lines);
}

function stop(kind: IssueKind, { file }: NumericColumns, name: string, message: string): never {
  throw new StoppedByIssues([issue(kind, `${file} column ${name}`, message)]);
}

function rowMajor(columns: readonly Float64Array[]): Float64Array {
  const p = columns.length;
  return Float64Array.from(
    { length: columns[0]!.length * p },
    (_, at) => columns[at % p]![Math.floor(at / p)]!,
  );
}

function number(text: string): number {
  const value = readNumber(text);
  if (value === null || value < 0) throw new InvalidArgumentError('Expected a number of 0 or more.');
  return value;
}

function list(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('Expected column names separated by commas.');
  return names;
}
