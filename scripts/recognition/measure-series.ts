import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@myocast/base';
import { classifyExam, classifySeries, type Series, seriesFacts } from '@myocast/dicom';
import { findDataset } from '@myocast/imaging';
import { contrasts, contrastSample } from '@myocast/simulation';
import { beat, planes, type SeriesSketch, sketched } from '../../libs/dicom/src/testing/cardiac-exam.ts';
import { imageClasses, lookAt } from '../../stages/imaging/src/ingest/image-look/image-look.ts';
import { namedSeries } from './named-series.ts';

/** What was found for what is true, and how sure it was. */
export interface Confusion {
  readonly right: number;
  readonly total: number;
  readonly cells: { readonly [truth: string]: { readonly [found: string]: number } };
  /** Mean confidence and share right, by confidence. */
  readonly calibration: readonly {
    readonly from: number;
    readonly mean: number;
    readonly right: number;
    readonly of: number;
  }[];
}

interface Judged {
  readonly truth: string;
  readonly found: string;
  readonly confidence: number;
}

function confusion(judged: readonly Judged[]): Confusion {
  const cells: Record<string, Record<string, number>> = {};
  for (const { truth, found } of judged) {
    const row = (cells[truth] ??= {});
    row[found] = (row[found] ?? 0) + 1;
  }
  const calibration = [0, 0.5, 0.7, 0.9].flatMap((from, index, limits) => {
    const to = limits[index + 1] ?? 2;
    const inside = judged.filter(({ confidence }) => confidence >= from && confidence < to);
    if (inside.length === 0) return [];
    const share = (value: (one: Judged) => number) =>
      Math.round((1000 * inside.reduce((sum, one) => sum + value(one), 0)) / inside.length) / 1000;
    return [{ from, mean: share(({ confidence }) => confidence), right: share(isRight), of: inside.length }];
  });
  return {
    right: judged.filter((one) => isRight(one) === 1).length,
    total: judged.length,
    cells,
    calibration,
  };
}

const isRight = ({ truth, found }: Judged) => Number(truth === found);

export function confusionLines({ right, total, cells, calibration }: Confusion): readonly string[] {
  const wrong = Object.entries(cells).flatMap(([truth, row]) =>
    Object.entries(row)
      .filter(([found]) => found !== truth)
      .map(
        ([found, count]) =>
          `- ${truth} taken for ${found}: ${count} of ${Object.values(row).reduce((a, b) => a + b, 0)}`,
      ),
  );
  return [
    `${right} of ${total} right.`,
    ...(wrong.length > 0 ? ['', ...wrong] : []),
    '',
    '| confidence from | mean | right | series |',
    '|---|---|---|---|',
    ...calibration.map((bin) => `| ${bin.from} | ${bin.mean} | ${bin.right} | ${bin.of} |`),
  ];
}

/** Names of published protocols. */
export function measureNames(): Confusion {
  return confusion(
    namedSeries.map(([name, truth, sketch]) => {
      const { kind, confidence } = classifySeries(sketched({ SeriesDescription: name, ...sketch }));
      return { truth, found: kind, confidence };
    }),
  );
}

type Vector = readonly [number, number, number];

/** Exams without a word, of hearts that point up to some 25° off the average. */
export function measureSilent(exams: number): Confusion {
  const judged: Judged[] = [];
  for (let exam = 0; exam < exams; exam++) {
    const random = new Random(`silent ${exam}`);
    const turn = turnBy(random.normal(0, 9), random.normal(0, 9), random.normal(0, 9));
    const inPlane = random.normal(0, 8);
    const truths: string[] = [];
    const series: Series[] = [];
    const add = (truth: string, sketch: SeriesSketch, plane: keyof typeof planes) => {
      truths.push(truth);
      series.push(
        sketched({ ...sketch, ...turnedPlane(plane, turn, inPlane) }, `2.25.${exam}${series.length}`),
      );
    };
    const cine = { images: 25, each: beat, RepetitionTime: 40, EchoTime: 1.3 };
    add('cine-sax', { ...cine, ...stackPlaces(planes.sax, turn, 10) }, 'sax');
    for (const view of ['2ch', '3ch', '4ch'] as const) add(`cine-${view}`, cine, view);
    const inversion = { InversionTime: 300, ScanningSequence: ['GR', 'IR'], EchoTime: 1.5 };
    for (const view of ['2ch', '3ch', '4ch'] as const) add(`lge-${view}`, inversion, view);
    add('t2-stir', { ScanningSequence: ['SE', 'IR'], InversionTime: 170, EchoTime: 65 }, 'sax');
    const found = classifyExam(series.map(seriesFacts));
    for (const [index, { kind, confidence }] of found.entries())
      judged.push({ truth: truths[index]!, found: kind, confidence });
  }
  return confusion(judged);
}

/** Places of a stack: images of one series at many positions. */
function stackPlaces(plane: readonly [Vector, Vector], turn: Turn, slices: number): SeriesSketch {
  const normal = cross(turn(plane[0]), turn(plane[1]));
  return {
    images: 25 * slices,
    each: (index) => ({
      TriggerTime: (index % 25) * 32,
      ImagePositionPatient: normal.map((part) => part * 10 * Math.floor(index / 25)),
    }),
  };
}

type Turn = (vector: Vector) => Vector;

function turnBy(...degrees: readonly [number, number, number]): Turn {
  return (vector) =>
    degrees.reduce<Vector>((turned, angle, axis) => {
      const [c, s] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
      const [i, j] = [(axis + 1) % 3, (axis + 2) % 3];
      const next = [...turned] as [number, number, number];
      next[i] = c * turned[i]! - s * turned[j]!;
      next[j] = s * turned[i]! + c * turned[j]!;
      return next;
    }, vector);
}

function turnedPlane(name: keyof typeof planes, turn: Turn, inPlane: number): SeriesSketch {
  const [along, down] = planes[name].map((vector) => turn(vector)) as [Vector, Vector];
  const [c, s] = [Math.cos((inPlane * Math.PI) / 180), Math.sin((inPlane * Math.PI) / 180)];
  const mixed = (a: number, b: number) => [0, 1, 2].map((axis) => a * along[axis]! + b * down[axis]!);
  return {
    PixelSpacing: [1.4, 1.4],
    ImageOrientationPatient: [...mixed(c, s), ...mixed(-s, c)],
    ImagePositionPatient: [0, 0, 0],
  };
}

function cross([a, b, c]: Vector, [d, e, f]: Vector): Vector {
  return [b * f - c * e, c * d - a * f, a * e - b * d];
}

/** Pixels alone, on phantoms that were not trained on and on real images. */
export async function measurePixels(
  data: string,
): Promise<readonly (readonly [title: string, table: Confusion])[]> {
  const tables: (readonly [string, Confusion])[] = [
    ['Pixels alone, single slices of new phantoms', phantomPixels(60)],
  ];
  const real = [
    ['acdc', 'cine-sax', 'cine'],
    ['emidec', 'lge-sax', 'lge-phase-sensitive'],
  ] as const;
  const judged: Judged[] = [];
  for (const [folder, kind, truth] of real) {
    if (!existsSync(join(data, folder))) continue;
    const found = await findDataset(join(data, folder), kind);
    for (const stack of found?.stacks.filter(({ part }) => part !== 'es') ?? []) {
      const read = await stack.read();
      const look = read.ok ? lookAt(read.value) : null;
      if (look) judged.push({ truth, ...best(look) });
    }
  }
  return judged.length > 0
    ? [...tables, ['Pixels alone, real stacks (ACDC, EMIDEC)', confusion(judged)]]
    : tables;
}

function best(look: readonly number[]): Pick<Judged, 'found' | 'confidence'> {
  const confidence = Math.max(...look);
  return { found: imageClasses[look.indexOf(confidence)]!, confidence };
}

function phantomPixels(each: number): Confusion {
  const judged = contrasts.flatMap((truth) =>
    Array.from({ length: each }, (_, index) => {
      const { image, size, spacingMm } = contrastSample(new Random(`check ${truth} ${index}`), truth);
      const affine = [spacingMm, 0, 0, 0, 0, spacingMm, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1];
      const look = lookAt({ shape: [1, 1, size, size], data: image, affine, triggerTimesMs: null });
      return look ? [{ truth, ...best(look) }] : [];
    }).flat(),
  );
  return confusion(judged);
}
