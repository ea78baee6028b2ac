import type { Known } from './course.ts';

/**
 * What moves the logit of the hazard after a landmark. Each is 0 at the index date, so
 * that the forecast made there is the baseline's.
 */
export type LandmarkTerm =
  /** A power of the time of the landmark. */
  | { readonly kind: 'time'; readonly power: number }
  /** The same times the baseline's logit: what was known at first says more, or less, of those still there. */
  | { readonly kind: 'risk'; readonly power: number }
  /** Whether the event has been; or, fading, how recently. */
  | { readonly kind: 'event'; readonly cause: string; readonly fades: boolean }
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

const fiveYears = 5 * 365.25;

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
    readonly priorSd: number;
  };
} = {
  time: {
    value: ({ power }, { landmarkDays }) => (landmarkDays / fiveYears) ** power,
    name: ({ power }) => (power === 1 ? 'time' : `time^${power}`),
    // That odds drift with the time of the landmark is a matter of a fifth.
    priorSd: 0.2,
  },
  risk: {
    value: ({ power }, { risk, landmarkDays }) => risk * (landmarkDays / fiveYears) ** power,
    name: ({ power }) => (power === 1 ? 'baseline x time' : `baseline x time^${power}`),
    priorSd: 0.15,
  },
  event: {
    value: eventValue,
    name: ({ cause, fades }) => `${fades ? 'recent' : 'earlier'} ${cause}`,
    // An earlier event may change the odds by a factor of 7 and more.
    priorSd: 1,
  },
  exam: {
    value: (_, { known }) => Number(known.findings.some(({ source }) => source === 'exam')),
    name: () => 'second exam',
    priorSd: 0.5,
  },
  finding: {
    value: findingValue,
    name: ({ name, since }) => (since === null ? name : `change in ${name}`),
    priorSd: 0.5,
  },
};

export function termValue(term: LandmarkTerm, view: LandmarkView): number {
  return kindOf(term).value(term, view);
}

/** What a term is called where it is listed. */
export function termName(term: LandmarkTerm): string {
  return kindOf(term).name(term);
}

/** Standard deviation of the prior of a term's coefficient. */
export function priorSd(term: LandmarkTerm): number {
  return kindOf(term).priorSd;
}

function kindOf<Kind extends LandmarkTerm['kind']>(term: { readonly kind: Kind }) {
  return kinds[term.kind] as {
    readonly value: (term: LandmarkTerm, view: LandmarkView) => number;
    readonly name: (term: LandmarkTerm) => string;
    readonly priorSd: number;
  };
}

function findingValue(term: FindingTerm, view: LandmarkView): number {
  const found = findingOf(term, view);
  return found === null ? 0 : Math.max(-farthest, Math.min(farthest, (found - term.mean) / term.sd));
}

function eventValue({ cause, fades }: Of<'event'>, { known, landmarkDays }: LandmarkView): number {
  const days = known.events.filter((event) => event.cause === cause).map((event) => event.days);
  if (days.length === 0) return 0;
  return fades ? Math.exp((Math.max(...days) - landmarkDays) / fadingDays) : 1;
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
