import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import type { Pass } from './layer.ts';
import { placesOf } from './profile-places.ts';
import { type Execution, sessionOptions } from './providers.ts';
import { openTraining } from './session.ts';
import type { Feeds } from './training-part.ts';
import type { TrainingPlan } from './training-plan.ts';

/** Milliseconds of one step. */
export type PassTimes = Readonly<Record<Pass, number>>;
export interface ProfileRow extends PassTimes {
  /** A layer's full name ("" for what stands in none), or the type of an operator as onnxruntime ran it. */
  readonly name: string;
  /** Operators run in one step. */
  readonly calls: number;
}
export interface TrainingProfile {
  /** Steps the times are means of. */
  readonly steps: number;
  /** One step from its inputs to its outputs, within onnxruntime. */
  readonly stepMs: number;
  /** What is left of the step when all operators are taken away. */
  readonly betweenOperatorsMs: number;
  readonly passes: PassTimes;
  /** Longest first. */
  readonly layers: readonly ProfileRow[];
  /** Longest first. */
  readonly operators: readonly ProfileRow[];
}

export interface ProfileOptions {
  /** Steps to measure. */
  readonly steps?: number;
  /** Steps before them that are not counted. */
  readonly warmUp?: number;
  /** As in a step of the session. */
  readonly batch?: number | readonly number[];
}

/**
 * Where the time of a training step goes: by layer and by type of operator, the
 * forward pass, the backward pass and the optimizer apart, from onnxruntime's own profiler.
 *
 * Steps are taken in a session of its own with learning rate 0; no other session
 * is touched. An operator that onnxruntime made out of several counts for the layer
 * of the one it is named after; a change of memory layout for the operator it serves.
 * What belongs to none is listed under its own name, in parentheses. The profiler
 * itself takes a few microseconds per operator. On a GPU the times are those of the
 * calls, not of the work.
 *
 * @param feeds one batch, or several for gradient accumulation
 */
export async function profileTraining(
  plan: TrainingPlan,
  feeds: Feeds | readonly Feeds[],
  { steps = 10, warmUp = 2, batch }: ProfileOptions = {},
): Promise<TrainingProfile> {
  if (!(Number.isInteger(steps) && steps > 0 && Number.isInteger(warmUp) && warmUp >= 0))
    throw new RangeError(`profileTraining: expected at least one step, got ${steps} after ${warmUp}`);
  const folder = await mkdtemp(join(tmpdir(), 'training-profile-'));
  try {
    const profiled = profiledSessions(plan, folder);
    const training = await openTraining(plan, profiled.open);
    const options = { learningRate: 0, ...(batch === undefined ? {} : { batch }) };
    try {
      for (let step = 0; step < warmUp + steps; step++) await training.step(feeds, options);
      profiled.end();
    } finally {
      await training.close();
    }
    return summary(await readEvents(folder, warmUp / (warmUp + steps)), steps);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Opens graphs whose times, and whose form after onnxruntime's rewriting, go into this folder. */
function profiledSessions(execution: Execution, folder: string) {
  const sessions: ort.InferenceSession[] = [];
  const open = async (bytes: Uint8Array) => {
    const files = join(folder, String(sessions.length));
    const session = await ort.InferenceSession.create(bytes, {
      ...sessionOptions(execution),
      enableProfiling: true,
      profileFilePrefix: `${files}-times`,
      optimizedModelFilePath: `${files}-graph.onnx`,
    });
    sessions.push(session);
    return session;
  };
  const end = () => {
    for (const session of sessions) session.endProfiling();
  };
  return { open, end };
}

/** An event of onnxruntime's profile, times in microseconds. */
interface RawEvent {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}
interface OperatorTime {
  readonly layer: string;
  readonly pass: Pass;
  readonly operator: string;
  readonly ms: number;
}
interface Measured {
  readonly runs: readonly number[];
  readonly operators: readonly OperatorTime[];
}

async function readEvents(folder: string, skipped: number): Promise<Measured> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const each = files.map(async (file) => {
    const events = JSON.parse(await readFile(join(folder, file), 'utf8')) as RawEvent[];
    const graph = await readFile(join(folder, `${file.split('-')[0]}-graph.onnx`));
    const runs = events.filter(({ name }) => name === 'model_run').sort((a, b) => a.ts - b.ts);
    const counted = runs.slice(Math.round(runs.length * skipped));
    const start = counted[0]?.ts ?? Infinity;
    return {
      runs: counted.map(({ dur }) => dur / 1000),
      operators: operatorTimes(
        events.filter(({ ts }) => ts >= start),
        placesOf(graph),
      ),
    };
  });
  const all = await Promise.all(each);
  return { runs: all.flatMap(({ runs }) => runs), operators: all.flatMap(({ operators }) => operators) };
}

const kernelTime = '_kernel_time';

function operatorTimes(events: readonly RawEvent[], places: ReturnType<typeof placesOf>): OperatorTime[] {
  const kernels = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith(kernelTime));
  return kernels.map(({ name, dur, args }) => {
    const operator = args?.op_name ?? name;
    const { layer, pass } = places.get(name.slice(0, -kernelTime.length)) ?? {
      layer: `(${operator})`,
      pass: 'forward',
    };
    return { layer, pass, operator, ms: dur / 1000 };
  });
}

function summary({ runs, operators }: Measured, steps: number): TrainingProfile {
  const stepMs = runs.reduce((sum, ms) => sum + ms, 0) / steps;
  const [all] = rows(operators, () => 'all', steps) as [ProfileRow];
  const passes = { forward: all.forward, backward: all.backward, update: all.update };
  return {
    steps,
    stepMs,
    betweenOperatorsMs: stepMs - total(passes),
    passes,
    layers: rows(operators, ({ layer, pass }) => (pass === 'update' ? 'optimizer' : layer), steps),
    operators: rows(operators, ({ operator }) => operator, steps),
  };
}

function rows(
  times: readonly OperatorTime[],
  key: (time: OperatorTime) => string,
  steps: number,
): ProfileRow[] {
  const groups = new Map<string, OperatorTime[]>();
  for (const time of times) {
    const group = groups.get(key(time)) ?? [];
    groups.set(key(time), group);
    group.push(time);
  }
  return [...groups]
    .map(([name, group]) => {
      const of = (pass: Pass) =>
        group.filter((time) => time.pass === pass).reduce((sum, { ms }) => sum + ms, 0) / steps;
      return {
        name,
        calls: group.length / steps,
        forward: of('forward'),
        backward: of('backward'),
        update: of('update'),
      };
    })
    .sort((a, b) => total(b) - total(a));
}

const total = ({ forward, backward, update }: PassTimes): number => forward + backward + update;

/** A profile as two tables, milliseconds per step and share of the step. */
export function showProfile(profile: TrainingProfile): string {
  const { steps, stepMs, betweenOperatorsMs, passes, layers, operators } = profile;
  const ms = (value: number) => value.toFixed(3).padStart(10);
  const share = (value: number) => `${((100 * value) / stepMs).toFixed(1)} %`.padStart(9);
  const named = (name: string) => name || '(no layer)';
  const width = Math.max(20, ...[...layers, ...operators].map(({ name }) => name.length));
  const line = (name: string, times: PassTimes, calls: string) =>
    `${name.padEnd(width)}${ms(times.forward)}${ms(times.backward)}${ms(times.update)}${ms(total(times))}${share(total(times))}${calls.padStart(8)}`;
  const table = (title: string, all: readonly ProfileRow[]) => [
    `${title.padEnd(width)}   forward  backward optimizer       all    share   calls`,
    ...all.map((row) => line(named(row.name), row, String(Math.round(row.calls)))),
  ];
  return [
    `one training step: ${stepMs.toFixed(3)} ms (mean of ${steps}); times in ms`,
    '',
    ...table('layer', layers),
    '',
    ...table('operator', operators),
    '',
    line('all operators', passes, ''),
    `${'between operators'.padEnd(width)}${' '.repeat(30)}${ms(betweenOperatorsMs)}${share(betweenOperatorsMs)}`,
    `${'step'.padEnd(width)}${' '.repeat(30)}${ms(stepMs)}${share(stepMs)}`,
  ].join('\n');
}
