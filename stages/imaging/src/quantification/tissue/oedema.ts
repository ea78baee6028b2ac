import { type Volume, voxelVolumeMm3 } from '@myocast/dicom';
import { lgeLabel } from '../../records.ts';
import type { ContourOrigin, OedemaByMethod, OedemaQuantities } from '../../tissue-records.ts';
import { noRemote } from './enhancement.ts';
import { spreadThreshold } from './infarct-thresholds.ts';
import { agreementOf } from './mask-agreement.ts';
import { findRemote, remoteRule } from './remote.ts';
import { markRegions } from './regions.ts';
import { injuredShare, labelsOf, type Wall } from './wall.ts';
import { readWall } from './wall-signal.ts';

/** Where a salvage index means something: an area at risk of less is within the error of drawing it. */
const leastAreaAtRisk = 5;

/**
 * Two areas at risk of one image that lie further apart, in points of the LV wall, are not one area drawn twice: two
 * readers differ by -2.3 ± 4.9 points, so that their scatter is within 1.96 · 4.9 = 9.6 points in 95 % (sjogren2012).
 */
const mostApart = 10;

const rules = {
  mask: {
    rule: 'oedema as drawn in the T2 mask; dark cores are part of what is drawn',
    source: 'schulzmenger2020',
  },
  '2-sd': {
    rule: `T2-weighted signal 2 SD above remote, contiguous over 25 mm2 (10 pixels without geometry), enclosed dark cores counted in; remote: ${remoteRule}`,
    source: 'schulzmenger2020, eitel2010',
  },
} as const;

/** A wall on the grid of the T2 image, and whether what it marks as injured is oedema. */
export interface OedemaWall {
  readonly wall: Wall;
  readonly contours: ContourOrigin;
}

/**
 * Area at risk and salvage from the oedema of a T2-weighted image: by the mask of
 * that image where there is one, and by 2 SD above remote inside the wall. Without a
 * mask of its own the wall comes from the late enhancement or the cine.
 *
 * Flagged are methods that lie more than 10 points of the wall apart, and an infarct larger than an area at risk.
 *
 * @param volume on the grid of the wall; null where there is a mask and no image
 * @param infarctPercent of the LV wall, by the LGE mask; null where there is none
 *
 * Source: schulzmenger2020, eitel2010, sjogren2012 (docs/references.bib).
 */
export function quantifyOedema(
  oedema: OedemaWall,
  volume: Volume | null,
  infarctPercent: number | null,
): OedemaQuantities {
  const measured = measureOedema(oedema, volume, infarctPercent);
  return { ...measured, flags: [...measured.flags, ...contradictions(measured.methods, infarctPercent)] };
}

/** What the methods say against each other, and against the infarct; both numbers of the mask come first. */
function contradictions(methods: readonly OedemaByMethod[], infarctPercent: number | null): string[] {
  const areas = methods.flatMap(({ method, areaAtRiskPercent: area, salvageIndex }) =>
    area === null ? [] : [{ method: methodWords[method], area, salvageIndex }],
  );
  const [drawn, marked] = areas;
  const apart = drawn && marked && Math.abs(drawn.area - marked.area) > mostApart;
  const smaller = areas.filter(({ area }) => infarctPercent !== null && infarctPercent > area);
  return [
    ...(apart
      ? [
          `expected areas at risk within ${mostApart} points of the wall, found ${saidOf(drawn)} and ${saidOf(marked)}: look at the contours before either is reported`,
        ]
      : []),
    ...smaller.map(
      ({ method, area }) =>
        `expected an infarct within the area at risk, found ${infarctPercent!.toFixed(1)} % infarcted and ${area.toFixed(1)} % at risk by ${method}`,
    ),
  ];
}

const methodWords = { mask: 'the mask', '2-sd': '2 SD' } as const;

function saidOf({
  method,
  area,
  salvageIndex,
}: {
  readonly method: string;
  readonly area: number;
  readonly salvageIndex: number | null;
}): string {
  const salvage = salvageIndex === null ? '' : ` (salvage index ${salvageIndex.toFixed(2)})`;
  return `${area.toFixed(1)} % by ${method}${salvage}`;
}

function measureOedema(
  { wall, contours }: OedemaWall,
  volume: Volume | null,
  infarctPercent: number | null,
): OedemaQuantities {
  const drawn = contours === 't2-sax' ? injuredIn(wall) : null;
  const methods = drawn === null ? [] : [oedemaBy('mask', wall, drawn, null, infarctPercent)];
  if (volume === null) return { contours, remote: null, methods, agreement: null, flags: [] };
  const refuse = (reason: string) => ({
    contours,
    remote: null,
    methods: [...methods, nothingBy('2-sd', reason)],
    agreement: null,
    flags: [reason],
  });
  const read = readWall(wall, volume, true);
  if (!read.ok) return refuse(read.reason);
  const remote = findRemote(wall, read.signal, injuredShare(wall));
  if (remote === null) return refuse(noRemote);
  if (!(remote.sd > 0)) return refuse('expected different values in the remote wall, found one');
  const { value: threshold, flags: unknown } = spreadThreshold(2, remote);
  if (threshold === null) return refuse(unknown[0]);
  const { marked, core } = markRegions(
    wall,
    Uint8Array.from(read.signal.values, (value) => Number(value > threshold)),
  );
  return {
    contours,
    remote,
    methods: [...methods, oedemaBy('2-sd', wall, marked, core, infarctPercent)],
    agreement: drawn && agreementOf(marked, drawn),
    flags: [...read.flags, ...carriedFlags(contours)],
  };
}

function carriedFlags(contours: ContourOrigin): string[] {
  return contours === 't2-sax'
    ? []
    : [
        `expected contours of the T2 image, found none: those of ${contours} are laid on it, and may lie some mm off`,
      ];
}

const injuredIn = (wall: Wall) =>
  Uint8Array.from(labelsOf(wall), (label) => Number(label >= lgeLabel.infarct));

function oedemaBy(
  method: OedemaByMethod['method'],
  wall: Wall,
  oedema: Uint8Array,
  core: Uint8Array | null,
  infarctPercent: number | null,
): OedemaByMethod {
  const { affine } = wall.mask;
  const count = (part: Uint8Array) => part.reduce((sum, value) => sum + value, 0);
  const areaAtRiskPercent = (100 * count(oedema)) / oedema.length;
  return {
    method,
    ...rules[method],
    areaAtRiskPercent,
    areaAtRiskMl: affine === null ? null : (count(oedema) * voxelVolumeMm3(affine)) / 1000,
    corePercent: core && (100 * count(core)) / oedema.length,
    segmentPercent: segmentShares(wall, oedema),
    ...salvageOf(areaAtRiskPercent, infarctPercent),
  };
}

function nothingBy(method: OedemaByMethod['method'], reason: string): OedemaByMethod {
  return {
    method,
    ...rules[method],
    areaAtRiskPercent: null,
    areaAtRiskMl: null,
    corePercent: null,
    segmentPercent: Array.from({ length: 16 }, () => null),
    salvageIndex: null,
    flags: [reason],
  };
}

function segmentShares(wall: Wall, marked: Uint8Array): (number | null)[] {
  const [all, part] = [new Float64Array(17), new Float64Array(17)];
  for (const [number, segment] of wall.segment.entries()) {
    all[segment] = all[segment]! + 1;
    part[segment] = part[segment]! + marked[number]!;
  }
  return Array.from({ length: 16 }, (_, at) =>
    all[at + 1]! > 0 ? (100 * part[at + 1]!) / all[at + 1]! : null,
  );
}

/**
 * The salvaged share of the area at risk, (AAR - IS) / AAR, both in % of the LV wall.
 * An infarct larger than the area at risk gives 0 and a flag.
 *
 * @returns null without an infarct size, or where the area at risk is below 5 %
 */
export function salvageOf(
  areaAtRiskPercent: number,
  infarctPercent: number | null,
): { readonly salvageIndex: number | null; readonly flags: readonly string[] } {
  if (infarctPercent === null)
    return { salvageIndex: null, flags: ['expected an infarct size for the salvage index, found none'] };
  if (areaAtRiskPercent < leastAreaAtRisk)
    return {
      salvageIndex: null,
      flags: [
        `expected ${leastAreaAtRisk} % of the wall at risk for a salvage index, found ${areaAtRiskPercent.toFixed(1)} %`,
      ],
    };
  const salvaged = (areaAtRiskPercent - infarctPercent) / areaAtRiskPercent;
  if (salvaged >= 0) return { salvageIndex: salvaged, flags: [] };
  return {
    salvageIndex: 0,
    flags: [
      `expected an infarct inside the area at risk of ${areaAtRiskPercent.toFixed(1)} %, found ${infarctPercent.toFixed(1)} %: 0 salvaged`,
    ],
  };
}
