import { unexplainedSd } from '../interval-words.ts';
import type { Known } from './course.ts';

/**
 * What moves the logit of the hazard after a landmark. Each is 0 of whom nothing has become
 * known since the index date, no event and no finding: what is left to happen to them is what
 * the baseline was fitted to, and their forecast is the baseline's, given survival.
 */
export type LandmarkTerm =
  /** Whether there has been an event of any cause; or how one of this cause departs from that. */
  | { readonly kind: 'earlier'; readonly cause: string | null }
  /** How recently the last event was; it fades. */
  | { readonly kind: 'recent' }
  /** How many events there have been: the logarithm, 0 of one. */
  | { readonly kind: 'repeated' }
  /** The baseline's logit where there has been an event: what was known at first says more, or less, of those. */
  | { readonly kind: 'slope' }
  /** Whether there was a second exam: who is sent to it is not chosen by lot. */
  | { readonly kind: 'exam' }
  | FindingTerm;

/** The latest value of a finding, standardised, 0 where there is none. */
export interface FindingTerm {
  readonly kind: 'finding';
  readonly name: string;
  /** The predictor from whose value at the index date the change is taken; null for the value itself. */
  readonly since: string | null;
  /** Whether the predictor is a logarithm, and the finding is not yet. */
  readonly log: boolean;
  readonly mean: number;
  readonly sd: number;
}

/** A subject at a landmark, as far as the terms look. */
export interface LandmarkView {
  readonly landmarkDays: number;
  /** Baseline's logit of the composite, less its mean among the training rows. */
  readonly risk: number;
  /** What was known at the landmark, and nothing later. */
  readonly known: Known;
  /** Value of a predictor at the index date; null where it is missing. */
  readonly first: (column: string) => number | null;
}

/** Recency of an event falls to 1/e in six months. */
const fadingDays = 182.625;

/** Standardised values are cut here, as those of the baseline are. */
const farthest = 4;

type Of<Kind extends LandmarkTerm['kind']> = Extract<LandmarkTerm, { kind: Kind }>;

/** How each kind of term is read and named, and the standard deviation of the prior of its coefficient. */
const kinds: {
  readonly [Kind in LandmarkTerm['kind']]: {
    readonly value: (term: Of<Kind>, view: LandmarkView) => number;
    readonly name: (term: Of<Kind>) => string;
    readonly priorSd: (term: Of<Kind>) => number;
  };
} = {
  earlier: {
    value: ({ cause }, { known: { events } }) =>
      Number(cause === null ? events.length > 0 : events.some((event) => event.cause === cause)),
    name: ({ cause }) => `earlier ${cause ?? 'event'}`,
    priorSd: () => 0.5,
  },
  recent: {
    value: (_, { known: { events }, landmarkDays }) =>
      events.length === 0
        ? 0
        : Math.exp((Math.max(...events.map(({ days }) => days)) - landmarkDays) / fadingDays),
    name: () => 'recent event',
    priorSd: () => 0.5,
  },
  repeated: {
    value: (_, { known: { events } }) => Math.log(Math.max(events.length, 1)),
    name: () => 'repeated events',
    priorSd: () => 0.5,
  },
  slope: {
    value: (_, { known: { events }, risk }) => (events.length > 0 ? risk : 0),
    name: () => 'baseline after an event',
    priorSd: () => 0.25,
  },
  exam: {
    value: (_, { known }) => Number(known.findings.some(({ source }) => source === 'exam')),
    name: () => 'second exam',
    priorSd: () => 0.5,
  },
  finding: {
    value: findingValue,
    name: ({ name, since }) => (since === null ? name : `change in ${name}`),
    priorSd: () => 0.5,
  },
};

export function termValue(term: LandmarkTerm, view: LandmarkView): number {
  return kindOf(term).value(term, view);
}

/** What a term is called where it is listed. */
export function termName(term: LandmarkTerm): string {
  return kindOf(term).name(term);
}

/**
 * Mean of the prior of a term's coefficient: 0, but for whether there was an event. Whoever
 * had one had, on average, more of the risk that the predictors leave unexplained: of a logit that
 * is spread by s about what was forecast, the mean among those with an event is s² higher (the
 * normal density times e^u), as long as risks are small. So the effect that is expected is the
 * one that the interval of every forecast already admits: 0.56, a ratio of 1.75.
 */
export function priorMean(term: LandmarkTerm): number {
  return mayBeStiff(term) ? 0 : unexplainedSd ** 2;
}

/** Standard deviation of the prior of a term's coefficient. */
export function priorSd(term: LandmarkTerm): number {
  return kindOf(term).priorSd(term);
}

/**
 * Whether the prior of a term may be made stiffer: all but whether there has been an event.
 * That an event raises the risk of the next is known before any data; how causes, times
 * and findings differ is not.
 */
export function mayBeStiff(term: LandmarkTerm): boolean {
  return term.kind !== 'earlier' || term.cause !== null;
}

function kindOf<Kind extends LandmarkTerm['kind']>(term: { readonly kind: Kind }) {
  return kinds[term.kind] as {
    readonly value: (term: LandmarkTerm, view: LandmarkView) => number;
    readonly name: (term: LandmarkTerm) => string;
    readonly priorSd: (term: LandmarkTerm) => number;
  };
}

function findingValue(term: FindingTerm, view: LandmarkView): number {
  const found = findingOf(term, view);
  return found === null ? 0 : Math.max(-farthest, Math.min(farthest, (found - term.mean) / term.sd));
}

/** The latest finding of a name as its term takes it, before it is standardised; null where it, or what it changed from, is missing. */
export function findingOf(
  { name, since, log }: Pick<FindingTerm, 'name' | 'since' | 'log'>,
  { known, first }: LandmarkView,
): number | null {
  const own = known.findings.filter((finding) => finding.name === name);
  if (own.length === 0) return null;
  const { value } = own.reduce((latest, finding) => (finding.days >= latest.days ? finding : latest));
  if (log && !(value > 0)) return null;
  const now = log ? Math.log(value) : value;
  if (since === null) return now;
  const before = first(since);
  return before === null ? null : now - before;
}
