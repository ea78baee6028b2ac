import type { Checked, Issue } from '@myocast/base';
import type { FollowUp } from '@myocast/survival';
import {
  calibrationBand,
  type CalibrationCurve,
  type CalibrationGroup,
  calibrationIntercept,
  calibrationSlope,
  dCalibration,
  type Estimate,
  groupedCalibration,
  hazardCalibrationCurve,
  hazardCalibrationSlope,
  observedExpected,
  pseudoCalibrationCurve,
  splineCalibrationCurve,
} from '@myocast/survival/calibration';
import { calibrationFigure } from '@myocast/report/figures';
import { InvalidArgumentError } from 'commander';
import { format, textTable } from '../../text-table.ts';
import { bootstrapped, intervalLines } from './bootstrapped.ts';
import { horizonWords, type PlotOptions, withPlot, writePlot } from './plot.ts';
import { probabilities, readProbabilities, riskColumn, stopBeyond } from './probabilities.ts';
import {
  type BootstrapOptions,
  counts,
  finish,
  number,
  type RiskOptions,
  type StatsVerb,
  tableVerb,
  weightsOption,
  wholeNumber,
  withBootstrap,
  withRisk,
} from './table-verb.ts';

interface Options extends RiskOptions, BootstrapOptions, PlotOptions {
  readonly at: number;
  readonly groups: number;
  readonly span: number;
  readonly survivalAtEnd?: string;
}

export const calibrationVerb: StatsVerb = (stats, action) => {
  withPlot(
    withBootstrap(withRisk(tableVerb(stats, 'calibration', 'Observed against predicted risk at a horizon'))),
    'the curve, the groups and the predicted risks',
  )
    .requiredOption('--at <days>', 'the day that the prediction is about', number)
    .option('--groups <groups>', 'groups of ascending risk', groupCount, 10)
    .option('--span <share>', 'share of the subjects in each local regression of the curve', share, 0.33)
    .option(
      '--survival-at-end <column>',
      "predicted survival probability by each subject's own last day, for D-calibration",
    )
    .addOption(weightsOption())
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { at, span, survivalAtEnd: end } = options;
        const more = end === undefined ? {} : { numbers: [end] };
        const { table, predictions } = await readProbabilities(file!, options, [riskColumn(options)], more);
        const { risk } = predictions[0]!;
        const { followUp } = table;
        const large = observedExpected(risk, followUp, at);
        if (large.observed === null) stopBeyond(table, options.time, [at]);
        const issues: Issue[] = [];
        const found = <Value>(checked: Checked<Value>): Value | null => valueOrNote(checked, issues);
        const grouped = groupedCalibration(risk, followUp, at, { groups: options.groups });
        const { expected, ratio, ratioLow, ratioHigh, observed, standardError, low, high } = large;
        const document = {
          ...counts(table),
          at,
          observedOverExpected: {
            ratio,
            low: ratioLow,
            high: ratioHigh,
            expected,
            observed,
            observedSe: standardError,
            observedLow: low,
            observedHigh: high,
          },
          intercept: estimateWords(found(calibrationIntercept(risk, followUp, at))),
          slope: estimateWords(found(calibrationSlope(risk, followUp, at))),
          hazardSlope: estimateWords(found(hazardCalibrationSlope(risk, followUp, at))),
          groups: grouped.groups.map(groupWords),
          greenwoodNamDAgostino: grouped.greenwoodNamDAgostino,
          namDAgostino: grouped.namDAgostino,
          curve: curveWords(found(pseudoCalibrationCurve(risk, followUp, at, { span }))),
          splineCurve: curveWords(found(splineCalibrationCurve(risk, followUp, at))),
          hazardCurve: curveWords(found(hazardCalibrationCurve(risk, followUp, at))),
          dCalibration: end === undefined ? null : dCalibrationWords(probabilities(table, end), followUp),
          ...bootstrapped(options, risk, followUp, statistics(at, span)),
        };
        terminal.list(withoutRepeats(issues));
        finish(terminal, table, document, linesOf(document));
        await writePlot(options, terminal, () =>
          calibrationFigure({
            title: options.plotTitle,
            name: riskColumn(options),
            horizon: horizonWords(table, options.time, at),
            groups: grouped.groups,
            curve: optional(calibrationBand(risk, followUp, at, { span })),
            risks: risk,
          }),
        );
      }),
    );
};

/** What is not estimable is null in the document, and says why once. */
function valueOrNote<Value>(checked: Checked<Value>, issues: Issue[]): Value | null {
  if (checked.ok) return checked.value;
  issues.push(...checked.issues);
  return null;
}

function withoutRepeats(issues: readonly Issue[]): Issue[] {
  return [...new Map(issues.map((one) => [`${one.path} ${one.message}`, one])).values()];
}

const optional = <Value>(checked: Checked<Value>): Value | null => (checked.ok ? checked.value : null);

function statistics(at: number, span: number) {
  const curve = (risk: Float64Array, followUp: FollowUp) =>
    optional(pseudoCalibrationCurve(risk, followUp, at, { span }));
  return {
    observedOverExpected: (r: Float64Array, f: FollowUp) => observedExpected(r, f, at).ratio,
    intercept: (r: Float64Array, f: FollowUp) => optional(calibrationIntercept(r, f, at))?.estimate ?? null,
    slope: (r: Float64Array, f: FollowUp) => optional(calibrationSlope(r, f, at))?.estimate ?? null,
    ici: (r: Float64Array, f: FollowUp) => curve(r, f)?.ici ?? null,
    e50: (r: Float64Array, f: FollowUp) => curve(r, f)?.e50 ?? null,
    e90: (r: Float64Array, f: FollowUp) => curve(r, f)?.e90 ?? null,
  };
}

function estimateWords(found: Estimate | null) {
  if (found === null) return null;
  const { estimate, standardError: se, low, high } = found;
  return { estimate, se, low, high };
}

function groupWords({ standardError: se, ...rest }: CalibrationGroup) {
  return { ...rest, se };
}

/** The points of the curve, and the distances over the subjects. */
function curveWords(found: CalibrationCurve | null) {
  if (found === null) return null;
  const { predicted, observed, ...distances } = found;
  return { ...distances, predicted: [...predicted], observed: [...observed] };
}

function dCalibrationWords(survival: Float64Array, followUp: FollowUp) {
  const { counts: perBin, ...test } = dCalibration(survival, followUp);
  return { ...test, counts: [...perBin] };
}

interface Document {
  readonly at: number;
  readonly observedOverExpected: { readonly [key: string]: number | null };
  readonly intercept: ReturnType<typeof estimateWords>;
  readonly slope: ReturnType<typeof estimateWords>;
  readonly groups: readonly ReturnType<typeof groupWords>[];
  readonly curve: ReturnType<typeof curveWords>;
  readonly dCalibration: ReturnType<typeof dCalibrationWords> | null;
  readonly bootstrap: ReturnType<typeof bootstrapped>['bootstrap'];
}

function linesOf(document: Document): string[] {
  const { at, observedOverExpected: large, curve, dCalibration: uniform } = document;
  const of = (name: string, found: Document['slope']) =>
    found === null
      ? `${name} –`
      : `${name} ${format(found.estimate)} (${format(found.low)} to ${format(found.high)})`;
  return [
    `observed ${format(large['observed']!)} over expected ${format(large['expected']!)} at day ${at}: ${format(large['ratio']!)} (${format(large['low']!)} to ${format(large['high']!)})`,
    of('intercept', document.intercept),
    of('slope', document.slope),
    ...(curve === null
      ? []
      : [
          `ICI ${format(curve.ici)}, E50 ${format(curve.e50)}, E90 ${format(curve.e90)}, largest ${format(curve.eMax)}`,
        ]),
    ...(uniform === null ? [] : [`D-calibration: χ² ${format(uniform.chiSquare)}, p ${format(uniform.p)}`]),
    ...textTable(
      ['group', 'subjects', 'events', 'predicted', 'observed', 'low', 'high'],
      document.groups.map(({ subjects, events, predicted, observed, low, high }, g) => [
        String(g + 1),
        subjects,
        events,
        predicted,
        observed,
        low,
        high,
      ]),
    ),
    ...intervalLines(document.bootstrap),
  ];
}

function groupCount(text: string): number {
  const value = wholeNumber(text);
  if (value < 2) throw new InvalidArgumentError('Expected 2 or more.');
  return value;
}

function share(text: string): number {
  const value = number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('Expected a share above 0 and at most 1.');
  return value;
}
