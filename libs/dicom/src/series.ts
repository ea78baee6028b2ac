import { number, text } from './dataset.ts';
import type { Series } from './group-series.ts';
import { dot, type Vector } from './image-plane.ts';
import type { ImageHeader } from './read.ts';

/** What a series shows, as far as its headers tell. */
export interface SeriesClass {
  readonly kind: 'cine-sax' | 'lge-sax' | 'localiser' | 'other';
  /** 0 to 1: how much of the evidence agrees. */
  readonly confidence: number;
  readonly reason: string;
}

/**
 * What a series is, by its words, its phases, its inversion time and the
 * direction of its slices. Words decide; the rest confirms them, or stands in
 * where the words say nothing.
 */
export function classifySeries({ images, description }: Series): SeriesClass {
  const evidence = evidenceOf(images, description);
  if (evidence.localiser) return verdict('localiser', 0.9, [`described as "${description}"`]);
  if (evidence.modality !== 'MR')
    return verdict('other', 0.9, [`modality ${evidence.modality || 'not stated'}`]);
  if (evidence.longAxis) return verdict('other', 0.7, [`described as long axis: "${description}"`]);
  if (evidence.mapOrBlack) return verdict('other', 0.7, [`described as "${description}"`]);
  return evidence.phases > 1 ? cineClass(evidence) : enhancementClass(evidence);
}

interface Evidence {
  readonly modality: string;
  readonly phases: number;
  readonly slices: number;
  readonly inversionMs: number | null;
  readonly shortAxisWord: boolean;
  readonly shortAxisNormal: boolean;
  readonly cineWord: boolean;
  readonly enhancementWord: boolean;
  readonly localiser: boolean;
  readonly longAxis: boolean;
  readonly mapOrBlack: boolean;
}

function evidenceOf(images: readonly ImageHeader[], description: string): Evidence {
  const { dataset } = images[0]!;
  const places = imagesByPlace(images);
  const words = [description, text(dataset, 'ProtocolName'), text(dataset, 'SequenceName')].join(' ');
  const says = (pattern: RegExp) => pattern.test(words.replace(/[_*^]/g, ' '));
  return {
    modality: text(dataset, 'Modality'),
    slices: places.length,
    phases: Math.max(...places),
    inversionMs: number(dataset, 'InversionTime'),
    shortAxisWord: says(/\b(sax|sa|short[ -]?axis|petit axe|kurzachse|fevg|fevd)\b/i),
    shortAxisNormal: looksShortAxis(images[0]!),
    cineWord: says(/\b(cine\w*|b?ssfp|true ?fisp|fiesta|b-?ffe|b-?tfe|tfi2d\d*|trufi)\b/i),
    enhancementWord: says(/\b(lge|dge|de|psir|late|delayed|viab\w*|enhanc\w*|rehaussement)\b/i),
    localiser: says(/\b(local[iy][sz]er\w*|scout\w*|survey\w*|loca|haste)\b/i),
    longAxis: says(/\b(lax|long[ -]?axis|[234] ?ch(amber)?|2cv|3cv|4cv|lvot|rvot|grand axe)\b/i),
    mapOrBlack: says(/\b(molli|shmolli|t1 ?map|t2 ?map|t2\*?|stir|perf\w*|flow|phase contrast|scar ?map)\b/i),
  };
}

function cineClass(evidence: Evidence): SeriesClass {
  const { phases, slices, shortAxisWord, shortAxisNormal, cineWord } = evidence;
  const reasons = [`${phases} phases in ${count(slices)}`, ...reasonsOf(evidence)];
  if (phases < 8) return verdict('other', 0.5, [...reasons, 'too few phases for a cine']);
  if (!shortAxisWord && !shortAxisNormal) return verdict('other', 0.5, [...reasons, 'not a short axis']);
  const agreeing = [cineWord, shortAxisWord, shortAxisNormal].filter(Boolean).length;
  return verdict('cine-sax', 0.4 + 0.2 * agreeing, reasons);
}

function enhancementClass(evidence: Evidence): SeriesClass {
  const { slices, shortAxisWord, shortAxisNormal, enhancementWord, inversionMs } = evidence;
  const inverted = inversionMs !== null && inversionMs > 100;
  const reasons = [`${count(slices)} of one phase`, ...reasonsOf(evidence)];
  if (inverted) reasons.push(`inversion time ${inversionMs} ms`);
  if (!enhancementWord && !inverted) return verdict('other', 0.5, reasons);
  if (!shortAxisWord && !shortAxisNormal) return verdict('other', 0.5, [...reasons, 'not a short axis']);
  const agreeing = [enhancementWord, inverted, shortAxisWord, shortAxisNormal].filter(Boolean).length;
  return verdict('lge-sax', 0.2 + 0.2 * agreeing, reasons);
}

function reasonsOf(evidence: Evidence): string[] {
  const stated: readonly (readonly [boolean, string])[] = [
    [evidence.cineWord, 'cine by its words'],
    [evidence.enhancementWord, 'late enhancement by its words'],
    [evidence.shortAxisWord, 'short axis by its words'],
    [evidence.shortAxisNormal, 'slices lie across the long axis of a heart'],
  ];
  return stated.filter(([holds]) => holds).map(([, reason]) => reason);
}

function count(slices: number): string {
  return `${slices} slice${slices === 1 ? '' : 's'}`;
}

/**
 * The long axis of a heart points left, forward and down (to the apex), some
 * 40 to 60° off each body axis. Long-axis planes contain it, so their
 * normals stand at right angles to it.
 */
function looksShortAxis({ plane }: ImageHeader): boolean {
  if (plane === null) return false;
  const apex: Vector = [0.622, -0.602, -0.501];
  return Math.abs(dot(plane.normal, apex)) > 0.75;
}

/** How many images there are at each place along the normal; one that is given twice counts once. */
function imagesByPlace(images: readonly ImageHeader[]): readonly number[] {
  const places = new Map<number | null, Set<string | number>>();
  for (const { plane, dataset, frame, pixelCheck } of images) {
    const place = plane && Math.round(dot(plane.position, plane.normal) * 2);
    const known = places.get(place) ?? new Set();
    const uid = text(dataset, 'SOPInstanceUID');
    places.set(place, known.add(uid === '' ? pixelCheck : `${uid} ${frame}`));
  }
  return [...places.values()].map(({ size }) => size);
}

function verdict(kind: SeriesClass['kind'], confidence: number, reasons: readonly string[]): SeriesClass {
  return { kind, confidence: Number(confidence.toFixed(2)), reason: reasons.join(', ') };
}
