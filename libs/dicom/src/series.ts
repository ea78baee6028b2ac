import type { Series } from './group-series.ts';
import { dot, type Vector } from './image-plane.ts';
import { type SeriesFacts, seriesFacts } from './series-facts.ts';
import {
  type Evidence,
  type Ranked,
  reasonsFor,
  type SeriesKind,
  type Technique,
  techniques,
  type View,
  views,
  weigh,
} from './series-kinds.ts';
import { contrastEvidence, techniqueEvidence, variantOf } from './series-technique.ts';
import { viewEvidence } from './series-view.ts';

/** What a series shows. */
export interface SeriesClass {
  readonly kind: SeriesKind;
  /** 0 to 1: the probability of the kind, were the evidence independent. */
  readonly confidence: number;
  /** What speaks for the kind, strongest first. */
  readonly reason: string;
  /** The next best kind. */
  readonly otherwise: { readonly kind: SeriesKind; readonly confidence: number };
  /** Late enhancement: whether the signal keeps its sign; null where the headers do not say. */
  readonly variant: 'phase-sensitive' | 'magnitude' | null;
}

/** What the pixels of a series say of its technique, as natural log odds; null where they were not looked at. */
export type PixelEvidence = Evidence<Technique> | null;

/** {@link classifyExam} of one series by itself, by its headers. */
export function classifySeries(series: Series): SeriesClass {
  return classifyExam([seriesFacts(series)])[0]!;
}

/**
 * What each series of one exam is: its technique by words (in the languages and habits of
 * scanners and sites), image type, timing and number of images; its plane by words, slices
 * and the direction of the heart that the surest short axis of the exam gives.
 *
 * Every piece of evidence adds log odds, so that each can be outvoted, and a series about
 * which little is said has a low confidence. Words weigh most.
 *
 * @param pixels what the images of each series show, where that was looked at
 */
export function classifyExam(
  facts: readonly SeriesFacts[],
  pixels: readonly PixelEvidence[] = facts.map(() => null),
): readonly SeriesClass[] {
  const crossed = localisers(facts);
  const drafts = facts.map((fact, index): Draft => {
    const seen = pixels[index];
    const evidence = [...techniqueEvidence(fact), ...(seen ? [seen] : [])];
    if (crossed.has(index))
      evidence.push({ why: 'one of three planes at right angles', odds: { localiser: 4, other: 1 } });
    return { fact, evidence, ranked: weigh(techniques, evidence) };
  });
  const axes = axesOf(drafts);
  const enhanced = firstEnhanced(drafts);
  // A series does not confirm itself.
  const axisFor = (draft: Draft) => axes.find(({ fact }) => fact !== draft.fact)?.normal ?? null;
  return drafts.map((draft) => classOf(draft, axisFor(draft), enhanced));
}

interface Draft {
  readonly fact: SeriesFacts;
  readonly evidence: readonly Evidence<Technique>[];
  /** Most probable first. */
  readonly ranked: readonly Ranked<Technique>[];
}

/** Groups of one series that stand at right angles to each other. */
function localisers(facts: readonly SeriesFacts[]): ReadonlySet<number> {
  const found = new Set<number>();
  const square = (a: SeriesFacts, b: SeriesFacts) =>
    a.series !== '' &&
    a.series === b.series &&
    a.normal &&
    b.normal &&
    Math.abs(dot(a.normal, b.normal)) < 0.2;
  for (const [i, a] of facts.entries()) {
    const across = facts.filter((b) => square(a, b));
    if (across.some((b) => across.some((c) => square(b, c)))) found.add(i);
  }
  return found;
}

const sure = 0.8;

/** The short axes that are sure, those of most slices first. */
function axesOf(
  drafts: readonly Draft[],
): readonly { readonly fact: SeriesFacts; readonly normal: Vector }[] {
  const found = drafts.flatMap(({ fact, ranked }) => {
    if (fact.normal === null || ['other', 'localiser'].includes(ranked[0]!.choice)) return [];
    const [view] = weigh(views, viewEvidence(fact, null));
    if (view!.choice !== 'sax' || view!.probability < sure) return [];
    return [{ fact, normal: fact.normal, rank: fact.slices + view!.probability }];
  });
  return found.sort((a, b) => b.rank - a.rank);
}

/** When the first series began that only contrast makes sense of. */
function firstEnhanced(drafts: readonly Draft[]): number | null {
  const starts = drafts
    .filter(({ ranked }) => ['lge', 'perfusion', 'ti-scout'].includes(ranked[0]!.choice))
    .flatMap(({ fact }) => fact.startSeconds ?? []);
  return starts.length > 0 ? Math.min(...starts) : null;
}

interface Possible {
  readonly kind: SeriesKind;
  readonly probability: number;
  readonly reasons: readonly string[];
}

function classOf(draft: Draft, axis: Vector | null, enhanced: number | null): SeriesClass {
  const { fact, ranked, evidence } = draft;
  const possible: readonly Possible[] = ranked
    .slice(0, 3)
    .flatMap(({ choice, probability }) => {
      const why = reasonsFor(choice, evidence);
      return kindsOf(choice, fact, axis, enhanced).map(
        (one): Possible => ({
          kind: one.kind,
          probability: one.probability * probability,
          reasons: [...why, ...one.reasons],
        }),
      );
    })
    .sort((a, b) => b.probability - a.probability);
  const [best, next] = [possible[0]!, possible[1]!];
  return {
    kind: best.kind,
    confidence: rounded(best.probability),
    reason: [...new Set(best.reasons)].join(', ') || 'nothing tells what it is',
    otherwise: { kind: next.kind, confidence: rounded(next.probability) },
    variant: best.kind.startsWith('lge') ? variantOf(fact) : null,
  };
}

/** The kinds of one technique: by plane, or before and after contrast. */
function kindsOf(
  technique: Technique,
  fact: SeriesFacts,
  axis: Vector | null,
  enhanced: number | null,
): readonly Possible[] {
  if (technique === 'cine' || technique === 'lge') {
    const evidence = viewEvidence(fact, axis);
    return weigh<View>(views, evidence).map(({ choice, probability }) => ({
      kind: `${technique}-${choice}`,
      probability,
      reasons: reasonsFor(choice, evidence),
    }));
  }
  if (technique === 't1-map') {
    const evidence = contrastEvidence(fact, enhanced);
    return weigh(['native', 'post'] as const, evidence).map(({ choice, probability }) => ({
      kind: `t1-map-${choice}`,
      probability,
      reasons: reasonsFor(choice, evidence),
    }));
  }
  return [{ kind: technique, probability: 1, reasons: [] }];
}

function rounded(probability: number): number {
  return Math.min(0.99, Math.round(probability * 100) / 100);
}
