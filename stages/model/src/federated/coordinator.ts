import { accepted, type Checked, contentHash, type Issue, issue, refused } from '@myocast/base';
import { effectScores } from '../effect-scores.ts';
import { firstScale, hasSettled, ridgeLoss, type RidgeStatistics, ridgeStep } from '../ridge-logistic.ts';
import type { ColumnScale } from '../scaler.ts';
import { widePenalties, type WideFit } from '../wide-path.ts';
import {
  type FederatedPlan,
  type FederatedReply,
  type FederatedRequest,
  format,
  readMessage,
  replySchema,
  type SiteStatistics,
} from './messages.ts';
import { pooledMeans, pooledScales } from './pooled-scales.ts';

/** How the coordinator reaches a site: a request goes out as plain JSON, the answer comes back as something that has to be checked. */
export interface SiteConnection {
  readonly site: string;
  readonly ask: (request: FederatedRequest) => Promise<unknown>;
}

export interface FederatedFit {
  readonly scales: readonly ColumnScale[];
  readonly wide: WideFit;
  readonly subjects: number;
  readonly sites: readonly string[];
  /** Rounds of statistics that the sites were asked for. */
  readonly rounds: number;
}

/**
 * Fits the linear path of the forecast to the subjects of all sites, of which the
 * coordinator sees sums alone: two rounds for means and spreads, then one for each
 * step of Newton's method. Log-likelihood, gradient and information of the sites add up to those of
 * all subjects, so that the fit is the pooled one.
 *
 * A fit is of all of these sites or of none: where one refuses, fails or answers otherwise than
 * asked, there is no fit, and the issues name it. Who goes on without it says so in a new fit.
 *
 * Agrees with: `fitScaler` and `fitWide` on the rows of all sites together.
 */
export async function federatedFit(
  plan: FederatedPlan,
  sites: readonly SiteConnection[],
  penalty: number,
): Promise<Checked<FederatedFit>> {
  if (sites.length < 2) throw new RangeError(`federatedFit: expected at least 2 sites, got ${sites.length}`);
  const scales = await scalesOf(plan, sites);
  if (!scales.ok) return scales;
  const fitted = await climb(plan, sites, scales.value, penalty);
  if (!fitted.ok) return fitted;
  return accepted({ scales: scales.value, sites: sites.map(({ site }) => site), ...fitted.value });
}

async function scalesOf(
  plan: FederatedPlan,
  sites: readonly SiteConnection[],
): Promise<Checked<readonly ColumnScale[]>> {
  const sums = await askAll(sites, { format, planHash: contentHash(plan), ask: 'sums' }, 'sums', (reply) =>
    lengthProblem('columns', reply.columns, plan.columns.length),
  );
  if (!sums.ok) return sums;
  const { counts, means } = pooledMeans(sums.value.map(({ columns }) => columns));
  const spreads = await askAll(
    sites,
    { format, planHash: contentHash(plan), ask: 'spreads', means },
    'spreads',
    (reply) => lengthProblem('columns', reply.columns, plan.columns.length),
  );
  if (!spreads.ok) return spreads;
  const scales = pooledScales(
    plan,
    counts,
    means,
    spreads.value.map(({ columns }) => columns),
  );
  if (scales.length > 0) return accepted(scales);
  return refused(issue('not-estimable', plan.study, 'expected a column that varies, found none'));
}

/** Newton's method as `ridgeLogistic` has it, step by step, so that both end alike. */
async function climb(
  plan: FederatedPlan,
  sites: readonly SiteConnection[],
  scales: readonly ColumnScale[],
  penalty: number,
): Promise<Checked<Pick<FederatedFit, 'wide' | 'subjects' | 'rounds'>>> {
  const g = plan.published ? effectScores(scales, plan.causes).weights.length : 0;
  const k = plan.intervalEnds.length;
  const penalties = widePenalties({ g, p: scales.length }, k, penalty);
  let rounds = 0;
  const at = (coefficients: Float64Array) => {
    rounds++;
    return statisticsAt({ plan, sites, scales }, coefficients, penalties);
  };
  let here = await at(new Float64Array(penalties.length));
  for (let iteration = 0; here.ok && iteration < 30; iteration++) {
    const { value, coefficients, statistics } = here.value;
    const step = ridgeStep(statistics, penalties, coefficients);
    const next = await firstRise(here.value, step, at);
    if (!next.ok) return next;
    here = next;
    if (hasSettled(next.value.value - value, next.value.value)) break;
  }
  if (!here.ok) return here;
  const { coefficients, subjects } = here.value;
  const wide = {
    intercepts: coefficients.slice(0, k),
    scoreWeights: coefficients.slice(k, k + g),
    slopes: coefficients.slice(k + g),
  };
  return accepted({ wide, subjects, rounds });
}

/** A place on the way up. */
interface Place {
  readonly coefficients: Float64Array;
  readonly statistics: RidgeStatistics;
  /** Penalised log-likelihood. */
  readonly value: number;
  readonly subjects: number;
}

/** The first of ever shorter steps at whose end the likelihood is higher; where none is, where we stand. */
async function firstRise(
  here: Place,
  step: Float64Array,
  at: (coefficients: Float64Array) => Promise<Checked<Place>>,
): Promise<Checked<Place>> {
  let scale = firstScale(step);
  for (let halving = 0; halving < 20; halving++, scale /= 2) {
    const candidate = await at(here.coefficients.map((entry, j) => entry + scale * step[j]!));
    if (!candidate.ok || candidate.value.value > here.value) return candidate;
    // Steps below rounding lead nowhere, and every round tells something of the sites.
    if (step.every((entry) => Math.abs(scale * entry) < 1e-9)) break;
  }
  return accepted(here);
}

async function statisticsAt(
  {
    plan,
    sites,
    scales,
  }: { plan: FederatedPlan; sites: readonly SiteConnection[]; scales: readonly ColumnScale[] },
  coefficients: Float64Array,
  penalties: Float64Array,
): Promise<Checked<Place>> {
  const q = coefficients.length;
  const request: FederatedRequest = {
    format,
    planHash: contentHash(plan),
    ask: 'statistics',
    scales: scales.map((scale) => ({ ...scale })),
    coefficients: Array.from(coefficients),
  };
  const replies = await askAll(sites, request, 'statistics', (reply) => statisticsProblem(reply, q));
  if (!replies.ok) return replies;
  const statistics = sumOfSites(replies.value, q);
  return accepted({
    coefficients,
    statistics,
    value: statistics.logLikelihood - ridgeLoss(penalties, coefficients),
    subjects: replies.value.reduce((sum, { subjects }) => sum + subjects, 0),
  });
}

function sumOfSites(replies: readonly SiteStatistics[], q: number): RidgeStatistics {
  const [gradient, information] = [new Float64Array(q), new Float64Array(q * q)];
  let logLikelihood = 0;
  for (const reply of replies) {
    logLikelihood += reply.logLikelihood;
    for (const [j, value] of reply.gradient.entries()) gradient[j]! += value;
    let at = 0;
    for (let i = 0; i < q; i++)
      for (let j = 0; j <= i; j++) information[i * q + j]! += reply.information[at++]!;
  }
  return { logLikelihood, gradient, information };
}

/** What is wrong with statistics that have the right form; null where nothing is. */
function statisticsProblem({ gradient, information }: SiteStatistics, q: number): string | null {
  const diagonal = Array.from({ length: q }, (_, j) => information[(j * (j + 3)) / 2]);
  if (diagonal.some((value) => value !== undefined && value < 0))
    return 'expected no negative value on the diagonal of the information';
  return (
    lengthProblem('gradient', gradient, q) ?? lengthProblem('information', information, (q * (q + 1)) / 2)
  );
}

function lengthProblem(what: string, { length }: readonly unknown[], expected: number): string | null {
  return length === expected ? null : `expected ${expected} entries of ${what}, found ${length}`;
}

type ReplyOf<Kind extends FederatedReply['reply']> = Extract<FederatedReply, { reply: Kind }>;

/** The answers of all sites, checked; refused with every site that gave none. */
async function askAll<Kind extends 'sums' | 'spreads' | 'statistics'>(
  sites: readonly SiteConnection[],
  request: FederatedRequest,
  kind: Kind,
  problemOf: (reply: ReplyOf<Kind>) => string | null,
): Promise<Checked<ReplyOf<Kind>[]>> {
  const answers = await Promise.all(sites.map((site) => askOne(site, request, kind, problemOf)));
  const [first, ...more]: Issue[] = answers.flatMap((answer) => (answer.ok ? [] : answer.issues));
  if (first) return refused(first, ...more);
  return accepted(answers.flatMap((answer) => (answer.ok ? [answer.value] : [])));
}

async function askOne<Kind extends 'sums' | 'spreads' | 'statistics'>(
  { site, ask }: SiteConnection,
  request: FederatedRequest,
  kind: Kind,
  problemOf: (reply: ReplyOf<Kind>) => string | null,
): Promise<Checked<ReplyOf<Kind>>> {
  const path = `site ${site}`;
  let document: unknown;
  try {
    document = await ask(request);
  } catch (error) {
    return refused(issue('not-answered', path, `expected ${kind}, found: ${(error as Error).message}`));
  }
  const read = readMessage(replySchema, document, path);
  if (!read.ok) return read;
  const reply = read.value;
  if (reply.reply === 'refused') return refused(issue('not-answered', path, reply.reasons.join('; ')));
  if (reply.reply !== kind || reply.site !== site)
    return refused(
      issue('bad-value', path, `expected ${kind} of ${site}, found ${reply.reply} of ${reply.site}`),
    );
  const problem = problemOf(reply as ReplyOf<Kind>);
  return problem === null ? accepted(reply as ReplyOf<Kind>) : refused(issue('bad-value', path, problem));
}
