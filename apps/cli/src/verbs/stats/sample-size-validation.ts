import { Random } from '@myocast/base';
import {
  binaryValidationSampleSize,
  type LinearPredictor,
  survivalCoxSnellFromConcordance,
  survivalValidationSampleSize,
} from '@myocast/survival/sample-size';
import { format, textTable } from '../../text-table.ts';
import { stopUnless } from './sample-size-development.ts';

export interface ValidationOptions {
  readonly outcome: 'binary' | 'time-to-event';
  readonly prevalence?: number;
  readonly concordance?: number;
  readonly risk?: number;
  readonly at?: number;
  readonly spread?: number;
  readonly shape: number;
  readonly lost: number;
  readonly end?: number;
  readonly lpNormal?: readonly [number, number];
  readonly lpBeta?: readonly [number, number];
  readonly threshold?: number;
  readonly oeWidth: number;
  readonly slopeWidth: number;
  readonly cWidth: number;
  readonly nbWidth: number;
  readonly simulations: number;
  readonly seed: number;
}

export function validationDocument(options: ValidationOptions) {
  const { outcome, threshold } = options;
  const widths = widthsOf(options);
  const more = { ...widths, ...(threshold === undefined ? {} : { threshold }) };
  const planned = outcome === 'binary' ? binary(options, more) : timed(options, more);
  return { purpose: 'validation', outcome, widths, threshold: threshold ?? null, ...planned };
}

type More = ReturnType<typeof widthsOf> & { readonly threshold?: number };

function widthsOf({ oeWidth, slopeWidth, cWidth, nbWidth }: ValidationOptions) {
  for (const [name, width] of Object.entries({ oe: oeWidth, slope: slopeWidth, c: cWidth, nb: nbWidth }))
    stopUnless(width > 0, `--${name}-width`, `expected a width above 0, found ${width}`);
  return {
    observedExpectedWidth: oeWidth,
    slopeWidth,
    concordanceWidth: cWidth,
    netBenefitWidth: nbWidth,
  };
}

function binary(options: ValidationOptions, more: More) {
  const { prevalence, concordance } = options;
  checkConcordance(concordance!);
  const linearPredictor = linearPredictorOf(options);
  const plan = { prevalence: prevalence!, concordance: concordance!, linearPredictor, ...more };
  return { linearPredictor, ...binaryValidationSampleSize(plan) };
}

function linearPredictorOf({
  lpNormal,
  lpBeta,
  prevalence,
  concordance,
}: ValidationOptions): LinearPredictor {
  if (lpNormal) {
    const [mean, standardDeviation] = lpNormal;
    stopUnless(
      standardDeviation > 0,
      '--lp-normal',
      `expected a positive deviation, found ${standardDeviation}`,
    );
    return { kind: 'normal', mean, standardDeviation };
  }
  if (lpBeta) {
    const [a, b] = lpBeta;
    stopUnless(a > 0 && b > 0, '--lp-beta', `expected two numbers above 0, found ${a} and ${b}`);
    return { kind: 'beta', a, b };
  }
  return { kind: 'concordance', concordance: concordance!, prevalence: prevalence! };
}

function timed(options: ValidationOptions, more: More) {
  const { risk, at, concordance, shape, lost, end = at!, seed, simulations } = options;
  stopUnless(
    at! > 0 && end >= at! && shape > 0 && lost < 1 && simulations > 0,
    '--at, --end, --shape, --lost, --simulations',
    `expected 0 < at ≤ end, a shape above 0, less than all lost, some simulations; found ${at}, ${end}, ${shape}, ${lost}, ${simulations}`,
  );
  if (options.spread === undefined) checkConcordance(concordance!);
  else stopUnless(options.spread > 0, '--spread', `expected a number above 0, found ${options.spread}`);
  const spread = options.spread ?? survivalCoxSnellFromConcordance(concordance!, risk!).spread;
  const cohort = { risk: risk!, horizon: at!, spread, shape, lost, end };
  const random = new Random(seed);
  return {
    cohort,
    seed,
    simulations,
    ...survivalValidationSampleSize({ cohort, random, simulations, ...more }),
  };
}

function checkConcordance(concordance: number): void {
  stopUnless(
    concordance > 0.5 && concordance < 0.99,
    '--concordance',
    `expected a C above 0.5 and below 0.99, found ${concordance}`,
  );
}

export function validationLines(document: ReturnType<typeof validationDocument>): string[] {
  const { widths, measures } = document;
  const rows = [
    ['observed/expected', measures.observedExpected, widths.observedExpectedWidth],
    ['calibration slope', measures.slope, widths.slopeWidth],
    ['C', measures.concordance, widths.concordanceWidth],
    ['standardised net benefit', measures.netBenefit, widths.netBenefitWidth],
  ] as const;
  return [
    ...textTable(
      ['interval of', 'subjects', 'events', 'width', 'standard error'],
      rows.flatMap(([name, size, width]) =>
        size === null ? [] : [[name, size.subjects, size.events, width, size.standardError]],
      ),
    ),
    `${document.subjects} subjects with ${document.events} events`,
    ...('cohort' in document
      ? [
          `log hazards with standard deviation ${format(document.cohort.spread)}, ${document.simulations} simulated cohorts, seed ${document.seed}`,
        ]
      : []),
  ];
}
