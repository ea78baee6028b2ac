import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import {
  openSegmenters,
  quantifyExam,
  segmentExam,
  type Segmenter,
  type Segmenters,
  type SegmenterCard,
  type WeightsSet,
  weightsName,
  writeNifti,
} from '@myocast/imaging';
import { groundTruth } from '@myocast/simulation';
import { withOthersLoad } from '../../libs/autodiff/bench/others-load.ts';
import { type PartTimes, partsOf } from './exam-parts.ts';

export const [phases, slices] = [25, 10] as const;
export const weightsFolder = join('stages', 'imaging', 'weights');

/** Cine, late enhancement and T2 of a virtual patient on so many slices, as ingest leaves them. */
export function writeExam(folder: string): void {
  const imaging = { sequences: ['cine-sax', 'lge-sax', 't2-sax'] as const, cinePhases: phases, matrix: 208 };
  const config = { patients: 1, centres: 1, seed: 5, imaging };
  const exam = groundTruth(config, 'V1-0001');
  mkdirSync(folder, { recursive: true });
  const kinds = { 'cine-sax': 'cine-sax', 'lge-sax': 'lge-sax', 't2-sax': 't2-stir' } as const;
  const series = exam.series.map(({ sequence, image, phases: t, slices: z }) => {
    const kind = kinds[sequence as keyof typeof kinds];
    const size = Math.sqrt(image.length / (t * z));
    const data = new Float32Array(t * slices * size * size);
    for (let at = 0; at < t * slices; at++) {
      const from = Math.floor(at / slices) * z + Math.min(z - 1, at % slices);
      data.set(image.subarray(from * size * size, (from + 1) * size * size), at * size * size);
    }
    const mm = exam.spacingMm;
    const affine = [mm, 0, 0, 0, 0, mm, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1];
    const volume = { shape: [t, slices, size, size] as const, data, affine, triggerTimesMs: null };
    writeFileSync(join(folder, `${kind}.nii.gz`), writeNifti(volume));
    return { kind, file: `${kind}.nii.gz` };
  });
  writeFileSync(join(folder, 'exam.json'), JSON.stringify({ subject: 'B', series }));
}

/**
 * The weights of T2: those of the set where they are there; else, written into the
 * folder, the network of late enhancement, which is as large and takes as long.
 */
export function t2Weights(set: WeightsSet, folder: string): { readonly name: string; readonly own: boolean } {
  const name = weightsName('t2-sax', set);
  if (existsSync(join(weightsFolder, name, 'card.json'))) return { name, own: true };
  const like = join(weightsFolder, weightsName('lge-sax', 'phantom'));
  const card = JSON.parse(readFileSync(join(like, 'card.json'), 'utf8')) as SegmenterCard;
  const { size, fineMm, searchMm } = card.window;
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(like, 'network.onnx'), join(folder, 'network.onnx'));
  const stand = { ...card, name: 't2-stand-in', kind: 't2-sax', window: { size, fineMm, searchMm } };
  writeFileSync(join(folder, 'card.json'), JSON.stringify(stand));
  return { name: folder, own: false };
}

/** What the networks did: wall and processor time, and how many windows of what size each saw. */
interface NetworkTimes {
  readonly ms: number;
  readonly cpuMs: number;
  readonly windows: Readonly<Record<string, { readonly windows: number; readonly size: number }>>;
}

export interface ExamTimes {
  readonly ms: number;
  readonly segmentMs: number;
  readonly cpuMs: number;
  readonly network: NetworkTimes;
  /** Share of the machine that other processes took meanwhile; null where the system does not say. */
  readonly others: number | null;
  /** Of a profiled run. */
  readonly parts: PartTimes | null;
  readonly masks: readonly string[];
}

export interface ExamOrder {
  readonly folder: string;
  readonly into: string;
  readonly weights: WeightsSet;
  readonly t2: string;
  readonly threads: number;
  readonly profiled: boolean;
}

const cpuMsSince = (before: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

/** Segments and quantifies an exam, once, with the networks opened before. */
export async function timeExam({
  folder,
  into,
  weights,
  t2,
  threads,
  profiled,
}: ExamOrder): Promise<ExamTimes> {
  const opened = await openSegmenters(weights, { threads, names: { 't2-sax': t2 } });
  if (!opened.ok) throw new Error(opened.issues[0]!.message);
  const { network, watched } = watch(opened.value);
  const profiler = new Session();
  if (profiled) await startProfile(profiler);
  const cpu = process.cpuUsage();
  const began = performance.now();
  const { result, others } = await withOthersLoad([], async () => {
    const done = await segmentExam(folder, join(into, 'masks', 'B'), watched);
    const segmentMs = performance.now() - began;
    const quantified = await quantifyExam(folder, join(into, 'masks'), { subject: 'B' });
    if (!done.ok || !quantified.ok) throw new Error('the exam was not segmented and quantified');
    return { segmentMs, masks: done.value.series.map(({ mask }) => mask) };
  });
  const ms = performance.now() - began;
  const cpuMs = cpuMsSince(cpu);
  const parts = profiled ? partsOf((await profiler.post('Profiler.stop')).profile) : null;
  await opened.value.close();
  return { ms, cpuMs, ...result, network: network(), others, parts };
}

async function startProfile(profiler: Session): Promise<void> {
  profiler.connect();
  await profiler.post('Profiler.enable');
  await profiler.post('Profiler.setSamplingInterval', { interval: 500 });
  await profiler.post('Profiler.start');
}

type Opened = Extract<Awaited<ReturnType<typeof openSegmenters>>, { ok: true }>['value'];

/** The same networks, with what they do counted. */
function watch(opened: Opened) {
  let [ms, cpuMs] = [0, 0];
  const windows: Record<string, { windows: number; size: number }> = {};
  const watchOne = (segmenter: Segmenter): Segmenter => ({
    ...segmenter,
    async run(images) {
      const { kind, window } = segmenter.card;
      const seen = windows[kind]?.windows ?? 0;
      windows[kind] = { windows: seen + images.length / window.size ** 2, size: window.size };
      const [began, cpu] = [performance.now(), process.cpuUsage()];
      const scores = await segmenter.run(images);
      ms += performance.now() - began;
      cpuMs += cpuMsSince(cpu);
      return scores;
    },
  });
  const watched = Object.fromEntries(
    Object.entries(opened)
      .filter(([, segmenter]) => typeof segmenter === 'object')
      .map(([kind, segmenter]) => [kind, watchOne(segmenter as Segmenter)]),
  ) as unknown as Segmenters;
  return { watched, network: (): NetworkTimes => ({ ms, cpuMs, windows }) };
}
