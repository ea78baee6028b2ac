import { dot, norm, subtract, type Vector } from './image-plane.ts';
import type { SeriesFacts } from './series-facts.ts';
import type { Evidence, View } from './series-kinds.ts';
import { viewByWords } from './series-words.ts';

/**
 * From base to apex in an average heart, LPS: left, forward and down, some 40 to 60° off
 * each axis of the body. Hearts differ from it by about 15° (a stretched or a lying heart by 30°).
 */
export const averageAxis: Vector = [0.622, -0.602, -0.501];

/** The angle between two planes, or a plane's normal and a line, 0 to 90°. */
export function degreesBetween(a: Vector, b: Vector): number {
  return (Math.acos(Math.min(1, Math.abs(dot(a, b)) / (norm(a) * norm(b)))) * 180) / Math.PI;
}

/**
 * What words, slices and direction say about the plane.
 *
 * @param axis long axis of this heart as another series of the exam has it; null where none is sure
 */
export function viewEvidence(facts: SeriesFacts, axis: Vector | null): readonly Evidence<View>[] {
  const found = [...viewByWords(facts.words), bySlices(facts)];
  const { normal } = facts;
  if (normal === null) return found;
  found.push(axis ? byHeart(degreesBetween(normal, axis)) : byAverage(degreesBetween(normal, averageAxis)));
  found.push(byBody(normal), ...byTurn(normal, axis ?? averageAxis));
  return found;
}

function bySlices({ slices }: SeriesFacts): Evidence<View> {
  if (slices >= 6) return { why: `${slices} slices`, odds: { sax: 2.5, other: 1 } };
  if (slices >= 3) return { why: `${slices} slices`, odds: { sax: 1 } };
  return { why: '', odds: { '2ch': 0.7, '3ch': 0.7, '4ch': 0.7 } };
}

const along = (odds: number) => ({ '2ch': odds, '3ch': odds, '4ch': odds });

function byAverage(degrees: number): Evidence<View> {
  if (degrees < 28) return { why: 'lies across the long axis of a heart', odds: { sax: 3, ...along(-4) } };
  if (degrees < 42) return { why: 'lies across the long axis of a heart', odds: { sax: 1.5, ...along(-2) } };
  if (degrees > 68) return { why: 'lies along the long axis of a heart', odds: { sax: -4, ...along(1) } };
  return { why: 'lies oblique to the axis of most hearts', odds: { sax: -1, ...along(-0.5), other: 0.5 } };
}

function byHeart(degrees: number): Evidence<View> {
  if (degrees < 14) return { why: 'lies as the short axis of this exam', odds: { sax: 4.5, ...along(-5) } };
  if (degrees < 25)
    return { why: 'lies nearly as the short axis of this exam', odds: { sax: 2, ...along(-4) } };
  if (degrees > 74) return { why: 'lies along the long axis of this exam', odds: { sax: -5, ...along(2) } };
  return { why: 'lies oblique to the heart of this exam', odds: { sax: -3, ...along(-2), other: 1 } };
}

/** A plane of the body that no double oblique view of the heart falls on by chance. */
function byBody(normal: Vector): Evidence<View> {
  const straight = normal.some((component) => Math.abs(component) > 0.9995);
  return straight ? { why: 'lies in a plane of the body', odds: { other: 1.5 } } : { why: '', odds: {} };
}

/** Long-axis planes lie around the axis 60° apart (AHA): from the anterior wall, through the septum. */
const turns = { '2ch': 0, '3ch': 55, '4ch': 115 } as const;
const turnSpread = 20;

/**
 * Which long-axis view a plane along the axis is, by where it cuts the wall: 0° anterior
 * and inferior, 90° septal and lateral. The head stands for the anterior wall.
 */
function byTurn(normal: Vector, axis: Vector): Evidence<View>[] {
  if (degreesBetween(normal, axis) < 65) return [];
  const unit = scaled(axis, (dot(axis, averageAxis) < 0 ? -1 : 1) / norm(axis));
  const up = rejected([0, 0, 1], unit);
  const septal = cross(unit, up);
  const inPlane = cross(unit, normal);
  const degrees = (Math.atan2(dot(inPlane, septal), dot(inPlane, up)) * 180) / Math.PI;
  const odds = Object.fromEntries(
    Object.entries(turns).map(([view, due]) => {
      const off = Math.abs(((((degrees - due) % 180) + 270) % 180) - 90);
      return [view, 2 - 0.5 * (off / turnSpread) ** 2];
    }),
  );
  return [{ why: `turned by ${Math.round((degrees + 360) % 180)}° about the long axis`, odds }];
}

function scaled(a: Vector, by: number): Vector {
  return [a[0] * by, a[1] * by, a[2] * by];
}

/** The part of `a` at right angles to the unit vector `n`, of length 1. */
function rejected(a: Vector, n: Vector): Vector {
  const rest = subtract(a, scaled(n, dot(a, n)));
  return scaled(rest, 1 / norm(rest));
}

function cross([a, b, c]: Vector, [d, e, f]: Vector): Vector {
  return [b * f - c * e, c * d - a * f, a * e - b * d];
}
