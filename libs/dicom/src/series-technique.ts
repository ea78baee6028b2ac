import type { SeriesFacts } from './series-facts.ts';
import { type Evidence, type Technique, techniques } from './series-kinds.ts';
import { averageAxis, degreesBetween } from './series-view.ts';
import { contrastByWords, techniqueByWords } from './series-words.ts';

type Odds = Evidence<Technique>['odds'];
type Rule = (facts: SeriesFacts) => Evidence<Technique> | null;

const say = (why: string, odds: Odds): Evidence<Technique> => ({ why, odds });
const when = (holds: boolean, why: string, odds: Odds) => (holds ? say(why, odds) : null);

/** How probable each technique is before anything is known: most series of an exam are none of these. */
const prior = say('', { other: 2 });

const between = (value: number, low: number, high: number) => value >= low && value <= high;

const only = (kept: Technique, odds: number): Odds =>
  Object.fromEntries(
    techniques.filter((technique) => technique !== kept).map((technique) => [technique, -odds]),
  );

/** Values of ImageType: those of Siemens and Philips, which state what was reconstructed. */
const imageTypes: readonly (readonly [pattern: RegExp, odds: Odds])[] = [
  [/^T1([ _]?MAP)?$/, { 't1-map': 6 }],
  [/^T2([ _]?MAP)?$/, { 't2-map': 6 }],
  [/^(T2([ _]?STAR|\*)([ _]?MAP)?|R2([ _]?STAR|\*)([ _]?MAP)?)$/, { 't2star-map': 6 }],
  [/^(VELOCITY([ _]?MAP)?|V|PHASE CONTRAST.*|[MP]_?PCA)$/, { flow: 6 }],
  [/^(PSIR|CR|CORRECTED REAL|R_IR|REAL)$/, { lge: 3 }],
  [/^LOCALI[SZ]ER$/, { localiser: 6 }],
  [/^(MPR|MIP|PROJECTION IMAGE|CSA (REPORT|RESULT|BLACK).*|SCREEN SAVE|ERROR MAP)$/, { other: 5 }],
  [/^(PERFUSION)$/, { perfusion: 3 }],
];

function byImageType({ imageType }: SeriesFacts): Evidence<Technique>[] {
  return imageTypes.flatMap(([pattern, odds]) => {
    const found = imageType.find((value) => pattern.test(value));
    return found ? [say(`image type ${found}`, odds)] : [];
  });
}

/** One image a slice, a few of different times, or a heart beat. */
const byImages: Rule = ({ images, triggerStepMs, echoTimesMs, inversionTimesMs }) => {
  if (images === 1)
    return say('one image a slice', { cine: -5, perfusion: -3, flow: -2, 'ti-scout': -4, 'map-source': -4 });
  const maps = { 't1-map': -5, 't2-map': -5, 't2star-map': -5 };
  const single = { ...maps, lge: -5, 't2-stir': -4, localiser: -2 };
  if (images < 8) return say(`${images} images a slice`, { cine: -1.5, ...maps, lge: -1, perfusion: -2 });
  if (echoTimesMs.length > 2 || inversionTimesMs.length > 2) return say('', single);
  const beat = triggerStepMs !== null && triggerStepMs >= 5 && triggerStepMs <= 110;
  return say(
    beat ? `${images} phases ${Math.round(triggerStepMs)} ms apart` : `${images} images a slice`,
    beat
      ? { cine: 3.5, flow: 2, 'ti-scout': 1, perfusion: -3, ...single }
      : { cine: 2, perfusion: 1, ...single },
  );
};

/** Several echo or inversion times at one place are what maps are made of. */
const bySeveralTimes: Rule = ({ echoTimesMs, inversionTimesMs, images }) => {
  const [echoes, inversions] = [echoTimesMs.length, inversionTimesMs.length];
  if (echoes >= 3) return say(`${echoes} echo times at one place`, { 'map-source': 6, cine: -5 });
  if (inversions >= 15 && images >= 15)
    return say(`${inversions} inversion times at one place`, { 'ti-scout': 5, 'map-source': 1, cine: -4 });
  if (inversions < 3) return null;
  return say(`${inversions} inversion times at one place`, { 'map-source': 6, cine: -4, 'ti-scout': 2 });
};

const byInversion: Rule = ({ inversionTimesMs, images, spinEcho, echoTimesMs }) => {
  const [ti, third] = [inversionTimesMs[0], inversionTimesMs[2]];
  if (ti === undefined || third !== undefined || images > 7) return null;
  const why = `inversion time ${ti} ms`;
  const weighted = spinEcho || (echoTimesMs[0] ?? 0) > 30;
  if (weighted && between(ti, 100, 260)) return say(why, { 't2-stir': 3 });
  return when(between(ti, 180, 650), why, { lge: 3 });
};

/** Echo time of a single image: 40 to 110 ms is T2 weighting, below 5 ms a gradient echo. */
const byEcho: Rule = ({ echoTimesMs, echoTrain, spinEcho }) => {
  if (echoTimesMs.length !== 1) return null;
  const te = echoTimesMs[0]!;
  const why = `echo time ${te} ms`;
  if (te >= 35 && te <= 130)
    return say(why, {
      't2-stir': spinEcho || (echoTrain ?? 0) > 4 ? 2.5 : 1.5,
      lge: -4,
      cine: -4,
      perfusion: -3,
    });
  return te < 6 ? say(why, { 't2-stir': -4, cine: 0.5, lge: 0.3, perfusion: 0.3 }) : null;
};

const bySequence: Rule = ({ steadyState, repetitionMs, images }) => {
  const short = repetitionMs !== null && repetitionMs < 80;
  return when(steadyState && short && images >= 8, 'balanced steady state', { cine: 1.5 });
};

const byRecovery: Rule = ({ inversionRecovery, images, spinEcho }) =>
  when(inversionRecovery && images === 1 && !spinEcho, 'inversion recovery', { lge: 1.5 });

const byContrast: Rule = ({ contrastAgent }) =>
  when(contrastAgent, 'contrast agent stated', { lge: 1, perfusion: 0.8 });

/** A beat takes a second; a first pass half a minute. */
const bySpan: Rule = ({ spanSeconds, images }) => {
  if (spanSeconds === null || images < 15) return null;
  if (spanSeconds >= 20 && spanSeconds <= 150)
    return say(`${Math.round(spanSeconds)} s at one place`, { perfusion: 3.5, cine: -2.5 });
  return null;
};

const byDelayedWord: Rule = ({ delayedWord }) => when(delayedWord, '"DE" in its words', { lge: 2.5 });

/** Nothing but the images of a cardiac protocol lies in a stack across the heart. */
const byStack: Rule = ({ slices, normal }) =>
  when(
    slices >= 6 && normal !== null && degreesBetween(normal, averageAxis) < 28,
    'a stack across the axis of most hearts',
    { other: -1.5, localiser: -1 },
  );

const byModality: Rule = ({ modality, secondaryCapture }) => {
  if (secondaryCapture) return say('a picture of a screen or document', only('other', 20));
  return when(modality !== 'MR', `modality ${modality || 'not stated'}`, only('other', 20));
};

const rules: readonly Rule[] = [
  byModality,
  byStack,
  byImages,
  bySeveralTimes,
  byInversion,
  byEcho,
  bySequence,
  byRecovery,
  byContrast,
  bySpan,
  byDelayedWord,
];

/** What a series' headers say about how it was taken. */
export function techniqueEvidence(facts: SeriesFacts): readonly Evidence<Technique>[] {
  const found = rules.flatMap((rule) => rule(facts) ?? []);
  return [prior, ...techniqueByWords(facts.words), ...byImageType(facts), ...found];
}

/** Whether the signal keeps its sign, as far as the headers tell. */
export function variantOf({ imageType, words }: SeriesFacts): 'phase-sensitive' | 'magnitude' | null {
  const says = (pattern: RegExp) => imageType.some((value) => pattern.test(value));
  if (says(/^(PSIR|CR|CORRECTED REAL|R_IR|R|REAL)$/)) return 'phase-sensitive';
  if (/(?<![a-z])mag(nitude|n)?(?![a-z])/u.test(words)) return 'magnitude';
  if (/(?<![a-z])(psir\w*|ps ?ir|psmde|ps)(?![a-z])/u.test(words)) return 'phase-sensitive';
  return says(/^(M|M_.*|MAGNITUDE)$/) ? 'magnitude' : null;
}

/** T1 maps before and after contrast: by their words, the agent, and what was taken before. */
export function contrastEvidence(
  { words, contrastAgent, startSeconds }: SeriesFacts,
  firstEnhancedSeconds: number | null,
): readonly Evidence<'native' | 'post'>[] {
  const found: Evidence<'native' | 'post'>[] = [
    { why: '', odds: { native: 0.5 } },
    ...contrastByWords(words),
  ];
  if (contrastAgent) found.push({ why: 'contrast agent stated', odds: { post: 1.5 } });
  if (startSeconds !== null && firstEnhancedSeconds !== null) {
    const before = startSeconds < firstEnhancedSeconds;
    const why = `taken ${before ? 'before' : 'after'} the first series with contrast`;
    found.push({ why, odds: before ? { native: 3 } : { post: 3 } });
  }
  return found;
}
