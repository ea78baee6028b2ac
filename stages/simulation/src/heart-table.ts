import type { Random } from '@myocast/base';
import type { CrossSection } from './chambers.ts';
import { tissueCode } from './tissue.ts';
import { angleBins, type Plane } from './ventricle.ts';

/** A table of tissue by angle bin and radius step: one look-up instead of a row of comparisons a point. */
export const radiusSteps = 256;
export const stepsPerMm = radiusSteps / 128;

/** One entry more than there are places, which holds no tissue. */
export function newTissueTable(): Uint8Array {
  return new Uint8Array(angleBins * radiusSteps + 1);
}

/** What makes the inside of the ventricles uneven. */
export interface Relief {
  readonly papillaries: readonly {
    /** Degrees at end-diastole. */
    readonly angle: number;
    readonly sizeMm: number;
    /** Levels (0 base to 1 apex) of its tip and of its root. */
    readonly tip: number;
    readonly root: number;
    /** Share of the radius at which its tip stands. */
    readonly tipShare: number;
  }[];
  /** Height of the trabeculae of the LV and of the RV in mm, by [level, angle]: the largest is the ventricle's. */
  readonly leftMm: number;
  readonly rightMm: number;
  /** [reliefLevels, angleBins], 0 to 1. */
  readonly ridges: Float32Array;
  /** Level of the moderator band of the RV. */
  readonly band: number;
}

const reliefLevels = 40;

/** By angle bin. */
const cosines = Float64Array.from({ length: angleBins }, (_, bin) => Math.cos((bin * Math.PI) / 180));
const sines = Float64Array.from({ length: angleBins }, (_, bin) => Math.sin((bin * Math.PI) / 180));

/**
 * Two papillary muscles (anterolateral and posteromedial), 5 to 9 mm thick, and
 * ridges along the wall, coarser in the RV. (recalled)
 */
export function createRelief(random: Random): Relief {
  // Either has one head or two that lie close.
  const heads = (angle: number) => {
    const apart = random.uniform(6, 13);
    return random.chance(0.5)
      ? [muscle(angle, 3.6)]
      : [muscle(angle - apart, 2.8), muscle(angle + apart, 2.6)];
  };
  const muscle = (angle: number, sizeMm: number) => ({
    angle: random.normal(angle, 6),
    sizeMm: sizeMm * random.uniform(0.8, 1.2),
    tip: random.uniform(0.24, 0.34),
    root: random.uniform(0.66, 0.8),
    tipShare: random.uniform(0.48, 0.64),
  });
  return {
    papillaries: [...heads(38), ...heads(300)],
    leftMm: random.uniform(3, 6.5),
    rightMm: random.uniform(2.5, 5.5),
    ridges: createRidges(random),
    band: random.uniform(0.55, 0.68),
  };
}

/** No papillary muscles, no trabeculae. */
export const smoothRelief: Relief = {
  papillaries: [],
  leftMm: 0,
  rightMm: 0,
  ridges: new Float32Array(reliefLevels * angleBins),
  band: -1,
};

function createRidges(random: Random): Float32Array {
  const waves = Array.from({ length: 9 }, () => ({
    around: 5 + random.integer(20),
    along: random.uniform(-2.2, 2.2),
    phase: random.uniform(0, 2 * Math.PI),
  }));
  const ridges = new Float32Array(reliefLevels * angleBins);
  for (const { around, along, phase } of waves) {
    // cos(a + b) by its angles and its levels, so that no place costs a cosine.
    for (let level = 0; level < reliefLevels; level++) {
      const angle = (along * 2 * Math.PI * level) / reliefLevels + phase;
      const [cos, sin] = [Math.cos(angle) / 3, Math.sin(angle) / 3];
      for (let bin = 0; bin < angleBins; bin++) {
        const turn = (around * bin) % angleBins;
        const at = level * angleBins + bin;
        ridges[at] = ridges[at]! + cos * cosines[turn]! - sin * sines[turn]!;
      }
    }
  }
  for (let at = 0; at < ridges.length; at++) ridges[at] = Math.min(1, Math.max(0, ridges[at]!));
  return ridges;
}

/**
 * Draws a plane as tissue by [angle bin, half millimetre of radius]; 0 (air)
 * stands for "not the heart". Borders between two steps go to one or the other by
 * turns round the circle, so that areas are right in the mean.
 *
 * @param sections of what lies above the base, where the plane is near it
 */
export function tabulatePlane(
  plane: Plane,
  relief: Relief,
  sections: readonly CrossSection[],
  table: Uint8Array,
): void {
  table.fill(0);
  if (plane.region === 'outside') return;
  if (plane.share < 1) drawBase(plane, sections, table);
  if (plane.region === 'atrium') return;
  for (let bin = 0; bin < angleBins; bin++) {
    tabulateRay(plane, bin, table);
    if (plane.atRisk[bin]! > 0.01) fillInjury(plane, bin, table);
  }
  drawRidges(plane, relief, table);
  for (const muscle of relief.papillaries) drawPapillary(plane, muscle, table);
  if (plane.share < 1) drawOpening(plane, table);
}

/** Above the oblique base: blood of the outflow tract and the valve, in a thin wall. */
function drawOpening({ endo, epi, from, to }: Plane, table: Uint8Array): void {
  for (let bin = 0; bin < angleBins; bin++) {
    const wall = Math.max(endo[bin]!, epi[bin]! - 2.5);
    const begin = Math.min(epi[bin]!, from[bin]!);
    const end = Math.min(epi[bin]!, to[bin]!);
    fill(table, bin, 0, Math.min(begin, wall), tissueCode.valveBlood);
    fill(table, bin, wall, begin, tissueCode.atrialWall);
    fill(table, bin, end, wall, tissueCode.valveBlood);
    fill(table, bin, Math.max(end, wall), epi[bin]!, tissueCode.atrialWall);
  }
}

/** An even spread over [-½, ½) that differs from bin to bin. */
const dither = Float32Array.from({ length: angleBins }, (_, bin) => ((bin * 0.618034) % 1) - 0.5);

function fill(table: Uint8Array, bin: number, fromMm: number, toMm: number, tissue: number): void {
  const shift = dither[bin]!;
  const start = bin * radiusSteps;
  const first = Math.max(0, Math.round(fromMm * stepsPerMm + shift));
  const last = Math.min(radiusSteps, Math.round(toMm * stepsPerMm + shift));
  if (last > first) table.fill(tissue, start + first, start + last);
}

function tabulateRay(plane: Plane, bin: number, table: Uint8Array): void {
  const endo = plane.endo[bin]!;
  const epi = plane.epi[bin]!;
  const rv = plane.rv[bin]!;
  const rvWall = plane.rvWall[bin]!;
  fill(table, bin, 0, endo, tissueCode.lvBlood);
  fill(table, bin, endo, epi, tissueCode.myocardium);
  if (rv > epi) fill(table, bin, epi, rv, tissueCode.rvBlood);
  if (rvWall > rv) fill(table, bin, rv, rvWall, tissueCode.rvWall);
  if (plane.share >= 1) fill(table, bin, rvWall, plane.fat[bin]!, tissueCode.epicardialFat);
}

/** Depth counts wall volume from the endocardium: radius at depth d is √(endo² + d (epi² - endo²)). */
function fillInjury(plane: Plane, bin: number, table: Uint8Array): void {
  const endo = plane.endo[bin]!;
  const epi = plane.epi[bin]!;
  const at = (depth: number) => Math.sqrt(endo * endo + depth * (epi * epi - endo * endo));
  fill(table, bin, endo, at(plane.atRisk[bin]!), tissueCode.oedema);
  const transmurality = plane.transmurality[bin]!;
  if (transmurality <= 0.01) return;
  fill(table, bin, endo, at(transmurality), tissueCode.infarct);
  const from = plane.mvoFrom[bin]!;
  const mvoTo = plane.mvoTo[bin]!;
  if (mvoTo <= from) return;
  fill(table, bin, at(from), at(mvoTo), tissueCode.mvo);
  const bledTo = plane.bledTo[bin]!;
  if (bledTo > from) {
    const rim = (mvoTo - bledTo) / 2;
    fill(table, bin, at(from + rim), at(bledTo + rim), tissueCode.haemorrhage);
  }
}

/** Trabeculae stand on the inner wall: of the LV more towards the apex, of the RV everywhere on its free wall. */
function drawRidges(plane: Plane, { leftMm, rightMm, ridges, band }: Relief, table: Uint8Array): void {
  const level = Math.min(1, Math.max(0, plane.level));
  const row = Math.min(reliefLevels - 1, Math.floor(level * reliefLevels)) * angleBins;
  const left = leftMm * (0.35 + 0.9 * level);
  const turn = Math.round(2 * angleBins - plane.twist);
  const inBand = Math.abs(level - band) < 0.035;
  for (let bin = 0; bin < angleBins; bin++) {
    const ridge = ridges[row + ((bin + turn) % angleBins)]!;
    const endo = plane.endo[bin]!;
    if (ridge > 0 && endo > 6) fill(table, bin, endo - left * ridge, endo, tissueCode.papillary);
    const rv = plane.rv[bin]!;
    const room = rv - plane.epi[bin]!;
    if (room < 3) continue;
    const height = inBand && bin > 165 && bin < 172 ? room : Math.min(rightMm * ridge, 0.6 * room);
    if (height > 0) fill(table, bin, rv - height, rv, tissueCode.rvTrabecula);
  }
}

function drawPapillary(
  plane: Plane,
  { angle, sizeMm, tip, root, tipShare }: Relief['papillaries'][number],
  table: Uint8Array,
): void {
  const along = (plane.level - tip) / (root - tip);
  if (along < 0 || along > 1) return;
  const centre = (Math.round(angle + plane.twist) + 2 * angleBins) % angleBins;
  const endo = plane.endo[centre]!;
  // Thin at the tip; at the root it lies against the wall.
  const size = Math.min(sizeMm * (0.6 + 0.6 * Math.sqrt(along)), 0.3 * endo);
  const distance = endo * (tipShare + (0.92 - tipShare) * along ** 1.5) - 0.3 * size;
  const halfBins = Math.min(60, Math.ceil((size / Math.max(4, distance)) * (angleBins / (2 * Math.PI))));
  for (let offset = -halfBins; offset <= halfBins; offset++) {
    const bin = (centre + offset + angleBins) % angleBins;
    const across = distance * Math.sin((offset * 2 * Math.PI) / angleBins);
    const half = Math.sqrt(Math.max(0, size ** 2 - across ** 2));
    fill(table, bin, distance - half, Math.min(plane.endo[bin]!, distance + half), tissueCode.papillary);
  }
}

/** Fat of the groove between the chambers, then walls, then blood. */
function drawBase(plane: Plane, sections: readonly CrossSection[], table: Uint8Array): void {
  reached.fill(0);
  if (plane.region === 'ventricle') reached.set(plane.fat);
  for (const section of sections) cutSection(section, section.wallMm, reachOf);
  for (let bin = 0; bin < angleBins; bin++) fill(table, bin, 0, reached[bin]!, tissueCode.epicardialFat);
  for (const section of sections)
    cutSection(section, section.wallMm, (bin, near, far) =>
      fill(table, bin, near, far, tissueCode.atrialWall),
    );
  for (const section of sections)
    cutSection(section, 0, (bin, near, far) => fill(table, bin, near, far, section.tissue));
}

const reached = new Float32Array(angleBins);
const reachOf = (bin: number, _: number, far: number) => {
  if (far + 1.5 > reached[bin]!) reached[bin] = far + 1.5;
};

/** Where the rays of the bins enter and leave an ellipse that is larger all round by a margin. */
function cutSection(
  { x, y, rx, ry }: CrossSection,
  margin: number,
  use: (bin: number, near: number, far: number) => void,
): void {
  const [a, b] = [1 / (rx + margin) ** 2, 1 / (ry + margin) ** 2];
  const [ax, by] = [a * x, b * y];
  const rest = ax * x + by * y - 1;
  for (let bin = 0; bin < angleBins; bin++) {
    const cos = cosines[bin]!;
    const sin = sines[bin]!;
    const square = a * cos * cos + b * sin * sin;
    const half = ax * cos + by * sin;
    const discriminant = half * half - square * rest;
    if (discriminant <= 0) continue;
    const root = Math.sqrt(discriminant);
    const far = (half + root) / square;
    if (far > 0) use(bin, Math.max(0, (half - root) / square), far);
  }
}
