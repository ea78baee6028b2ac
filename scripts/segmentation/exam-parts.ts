import type { Profiler } from 'node:inspector';

/** What a whole exam takes, part by part; the parts add up to the time between start and stop of the profile. */
export type PartTimes = Readonly<Record<string, number>>;

/** The first that fits the file of a function says what part it belongs to. */
const parts: readonly (readonly [part: string, file: RegExp])[] = [
  ['network', /onnxruntime|libs\/autodiff/],
  [
    'resampling and probabilities',
    /segmentation\/(view|windows|showing|probability-maps|choose-labels|find-heart|heart-box|slice-features|segment)\.ts/,
  ],
  ['rules', /segmentation\/(tidy|anatomy-rules|largest-component|label-box|revote|segmentation-flags)\.ts/],
  ['certainty', /segmentation\/(certainty|stack-certainty|uncertainty-map)\.ts/],
  ['quantities', /imaging\/src\/quantification\//],
  [
    'files',
    /imaging\/src\/(volume|contours)\/|segmentation\/(dataset|segment-exam|tokens-file)\.ts|libs\/base\//,
  ],
];

const followsTheWall = /imaging\/src\/deformation\//;

/**
 * Milliseconds of each part, from a sampled profile of the thread that runs an exam: a
 * sample belongs to the file of the innermost function that has a part, or to the
 * deformation where that has called it. Cleaning up memory, and what belongs to no
 * part, is 'memory and the rest'; waiting for the disk is 'waiting'.
 */
export function partsOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): PartTimes {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const known = new Map<number, string>();
  const partOf = (id: number): string => {
    const seen = known.get(id);
    if (seen !== undefined) return seen;
    const files: string[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at))
      files.push(byId.get(at)!.callFrame.url);
    const part = namePart(files, byId.get(id)!.callFrame.functionName);
    known.set(id, part);
    return part;
  };
  const sums: Record<string, number> = {};
  for (const [at, id] of samples.entries()) {
    const part = partOf(id);
    sums[part] = (sums[part] ?? 0) + timeDeltas[at]! / 1000;
  }
  return sums;
}

/** @param files of the functions on the stack, the innermost first */
function namePart(files: readonly string[], innermost: string): string {
  if (innermost === '(idle)') return 'waiting';
  if (files.some((file) => followsTheWall.test(file))) return 'deformation';
  for (const file of files) {
    const found = parts.find(([, pattern]) => pattern.test(file));
    if (found) return found[0];
  }
  return 'memory and the rest';
}
