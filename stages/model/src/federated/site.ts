import { contentHash } from '@myocast/base';
import type { Outcome, PredictorTable } from '@myocast/predictors';
import { compositeOf } from '../calibration.ts';
import { personPeriods } from '../discrete-hazards.ts';
import { effectScores, scoresOf } from '../effect-scores.ts';
import { ridgeStatistics } from '../ridge-logistic.ts';
import type { ColumnScale } from '../scaler.ts';
import { tokensOf } from '../tokens.ts';
import { type WideData, wideProblem } from '../wide-path.ts';
import {
  disclosureDefaults,
  type DisclosureLimits,
  disclosureRisks,
  placeRisks,
  valuesOf,
} from './disclosure.ts';
import {
  type FederatedPlan,
  type FederatedReply,
  type FederatedRequest,
  format,
  readMessage,
  requestSchema,
} from './messages.ts';

export interface SiteInput {
  readonly site: string;
  /** As it was agreed; another plan is another agreement, for sums by two plans tell of those in whom they differ. */
  readonly plan: FederatedPlan;
  readonly table: PredictorTable;
  readonly outcome: Outcome;
  /** Fixed for good: sums over other subsets would tell of those in whom they differ. */
  readonly rows: readonly number[];
  readonly limits?: Partial<DisclosureLimits>;
  readonly clock: () => string;
}

/** One message that came in, and what was made of it. */
export interface AuditEntry {
  readonly at: string;
  readonly ask: string;
  readonly requestHash: string;
  readonly replyHash: string;
  readonly refused: readonly string[];
}

/** A hospital that answers with sums over its subjects, and keeps a record of it. */
export interface Site {
  /** Answers a request as plain JSON; what is no request, or asks too much, with the reasons. */
  answer(document: unknown): FederatedReply;
  readonly audit: () => readonly AuditEntry[];
}

/** What a site remembers of what it has said. */
interface Said {
  /** Of the coefficients at which it gave statistics. */
  readonly places: Set<string>;
  /** Of the scales, which stay as they were first. */
  scales: string | null;
}

/**
 * Opens a site. No row leaves it: what leaves is sums over all of its rows, and those only
 * while none of the limits of disclosure is passed.
 */
export function openSite(input: SiteInput): Site {
  const limits = { ...disclosureDefaults, ...input.limits };
  const audit: AuditEntry[] = [];
  const said: Said = { places: new Set(), scales: null };
  return {
    answer(document) {
      const request = readMessage(requestSchema, document, 'request');
      const reply: FederatedReply = request.ok
        ? answerTo(input, request.value, limits, said)
        : refusal(
            input.site,
            request.issues.map(({ path, message }) => `${path}: ${message}`),
          );
      audit.push({
        at: input.clock(),
        ask: request.ok ? request.value.ask : 'not a request',
        requestHash: contentHash(JSON.stringify(document) ?? ''),
        replyHash: contentHash(reply),
        refused: reply.reply === 'refused' ? reply.reasons : [],
      });
      return reply;
    },
    audit: () => [...audit],
  };
}

function refusal(site: string, reasons: readonly string[]): FederatedReply {
  return { format, site, reply: 'refused', reasons: [...reasons] };
}

function answerTo(
  input: SiteInput,
  request: FederatedRequest,
  limits: DisclosureLimits,
  said: Said,
): FederatedReply {
  const { site, plan, table, rows, outcome } = input;
  const wrong =
    request.planHash === contentHash(plan)
      ? disagreements(plan, outcome)
      : [`expected the plan of hash ${contentHash(plan)}, found ${request.planHash}`];
  if (wrong.length > 0) return refusal(site, wrong);
  const periods = personPeriods(outcome, rows, plan.intervalEnds);
  const risks = disclosureRisks(plan, { table, rows, eventsByInterval: eventsOf(periods, plan) }, limits);
  if (risks.length > 0) return refusal(site, risks);
  const values = () => plan.columns.map(({ name }) => valuesOf(name, table, rows));
  if (request.ask === 'sums') return { format, site, reply: 'sums', columns: values().map(sumsOf) };
  if (request.ask === 'statistics') {
    const far = placeProblems(input, request, limits, said);
    return far.length > 0 ? refusal(site, far) : statisticsOf(input, periods, request);
  }
  const { means } = request;
  if (means.length !== plan.columns.length)
    return refusal(site, [`expected ${plan.columns.length} means, found ${means.length}`]);
  const columns = values().map((own, j) => spreadsOf(own, means[j]!));
  return { format, site, reply: 'spreads', columns };
}

/** Why no statistics are given at this place; where they are, the site remembers it. */
function placeProblems(
  { plan, table, rows }: SiteInput,
  { scales, coefficients }: Extract<FederatedRequest, { ask: 'statistics' }>,
  limits: DisclosureLimits,
  said: Said,
): string[] {
  const unknown = scales.find(({ name }) => plan.columns.every((column) => column.name !== name));
  if (unknown) return [`expected columns of the plan, found ${unknown.name}`];
  const hash = contentHash(scales);
  if (said.scales !== null && said.scales !== hash) return ['expected the scales as before, found others'];
  const place = contentHash(coefficients);
  if (!said.places.has(place) && said.places.size >= limits.mostRounds)
    return [`expected at most ${limits.mostRounds} rounds, found more`];
  const risks = placeRisks(scales, coefficients, { table, rows }, limits);
  if (risks.length === 0) {
    said.places.add(place);
    said.scales = hash;
  }
  return risks;
}

/** How the plan and the site's own outcome do not fit together. */
function disagreements(plan: FederatedPlan, { days, causes, compositeCauses }: Outcome): string[] {
  const same = (a: readonly string[], b: readonly string[]) => JSON.stringify(a) === JSON.stringify(b);
  const reasons: string[] = [];
  if (days === null) reasons.push('expected an outcome with times, found none');
  if (!same(plan.causes, causes) || !same(plan.compositeCauses, compositeCauses))
    reasons.push(`expected the causes ${plan.causes.join(', ')}, found ${causes.join(', ')}`);
  if (plan.intervalEnds.some((end, k) => k > 0 && end <= plan.intervalEnds[k - 1]!))
    reasons.push('expected rising interval ends');
  const last = plan.intervalEnds.at(-1)!;
  if (days?.some((day) => day > last)) reasons.push(`expected no follow-up after day ${last}, found some`);
  return reasons;
}

/** Events of the composite in each interval, from [n, k, causes + 1]. */
function eventsOf(periods: Float64Array, plan: FederatedPlan): number[] {
  const [width, inside] = [plan.causes.length + 1, compositeOf(plan)];
  const events = plan.intervalEnds.map(() => 0);
  for (let cell = 0; cell < periods.length / width; cell++)
    for (const c of inside) events[cell % events.length]! += periods[cell * width + c]!;
  return events;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function sumsOf(values: readonly number[]) {
  const positive = values.every((value) => value > 0);
  return {
    count: values.length,
    value: sum(values),
    log: positive ? sum(values.map((value) => Math.log(value))) : null,
  };
}

function spreadsOf(values: readonly number[], { value: mean, log }: { value: number; log: number | null }) {
  const powers = (power: number) => sum(values.map((value) => (value - mean) ** power));
  return {
    squares: powers(2),
    cubes: powers(3),
    logSquares:
      log === null || values.some((value) => value <= 0)
        ? null
        : sum(values.map((value) => (Math.log(value) - log) ** 2)),
  };
}

function statisticsOf(
  { site, plan, table, rows }: SiteInput,
  periods: Float64Array,
  { scales, coefficients }: Extract<FederatedRequest, { ask: 'statistics' }>,
): FederatedReply {
  const known = plan.published ? effectScores(scales, plan.causes) : { groups: [], weights: [] };
  const [k, g, p] = [plan.intervalEnds.length, known.weights.length, scales.length];
  const q = k + g + p;
  if (coefficients.length !== q)
    return refusal(site, [`expected ${q} coefficients, found ${coefficients.length}`]);
  const { columns } = tokensOf(scalerOf(scales), table, rows);
  const data: WideData = {
    columns,
    p,
    scores: scoresOf(known, columns, rows.length, p),
    g,
    periods,
    intervals: k,
    outcome: plan,
  };
  const problem = wideProblem(data, [...rows.keys()], 0);
  const { logLikelihood, gradient, information } = ridgeStatistics(problem, Float64Array.from(coefficients));
  return {
    format,
    site,
    reply: 'statistics',
    subjects: rows.length,
    logLikelihood,
    gradient: Array.from(gradient),
    information: Array.from({ length: q }, (_, i) =>
      Array.from(information.subarray(i * q, i * q + i + 1)),
    ).flat(),
  };
}

function scalerOf(columns: readonly ColumnScale[]) {
  return { columns, segments: [], slices: [], bands: 1 };
}
