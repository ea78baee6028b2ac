import { basename } from 'node:path';
import { type Checked, type Issue, issue } from '@myocast/base';
import type { Volume } from '@myocast/dicom';
import type { SegmentedKind } from '../records.ts';
import type { Candidate } from './exam.ts';

/** A NIfTI file and what reading it gave. */
export interface NiftiInput {
  readonly path: string;
  readonly read: Checked<Volume>;
}

/**
 * The series in a set of NIfTI files: `ed` and `es` make a cine of two phases
 * (ACDC); a file of several phases, or with "cine" in its name, is a cine; one
 * with "lge" or "de" is late enhancement. Label files (`…_label`, `…_gt`) are left out.
 */
export function niftiSeries(inputs: readonly NiftiInput[]): { candidates: Candidate[]; notUsed: Issue[] } {
  const notUsed: Issue[] = [];
  const candidates: Candidate[] = [];
  const phases = new Map<string, Volume>();
  for (const { path, read } of inputs) {
    if (!read.ok) {
      notUsed.push(...read.issues);
      continue;
    }
    const name = basename(path).replace(/\.nii(\.gz)?$/i, '');
    const kind = kindByName(name, read.value);
    if (kind === 'ed' || kind === 'es') phases.set(kind, read.value);
    else if (kind === null) notUsed.push(issue('missing-series', path, 'not used: neither cine nor LGE'));
    else candidates.push(candidate(kind, read.value, 1, `file named ${kind}`));
  }
  candidates.push(...twoPhases(phases, inputs, notUsed));
  return { candidates, notUsed };
}

function kindByName(name: string, volume: Volume): SegmentedKind | 'ed' | 'es' | null {
  if (/_(label|gt|mask)s?$/i.test(name)) return null;
  const phase = /(?:^|_)(ed|es)$/i.exec(name)?.[1]?.toLowerCase();
  if (phase === 'ed' || phase === 'es') return phase;
  if (/cine/i.test(name) || volume.shape[0] > 1) return 'cine-sax';
  return /(^|[^a-z])(lge|de|psir)([^a-z]|$)/i.test(name) ? 'lge-sax' : null;
}

function twoPhases(
  phases: ReadonlyMap<string, Volume>,
  inputs: readonly NiftiInput[],
  notUsed: Issue[],
): readonly Candidate[] {
  const [ed, es] = [phases.get('ed'), phases.get('es')];
  if (ed === undefined && es === undefined) return [];
  if (ed === undefined || es === undefined || String(ed.shape) !== String(es.shape)) {
    const found = `ed ${ed?.shape.join('×') ?? 'missing'}, es ${es?.shape.join('×') ?? 'missing'}`;
    notUsed.push(issue('bad-geometry', inputs[0]!.path, `expected ed and es on one grid, found ${found}`));
    return [];
  }
  const data = new Float32Array(ed.data.length * 2);
  data.set(ed.data);
  data.set(es.data, ed.data.length);
  const [, z, y, x] = ed.shape;
  const volume: Volume = { shape: [2, z, y, x], data, affine: ed.affine, triggerTimesMs: null };
  return [candidate('cine-sax', volume, 2, 'end-diastole and end-systole by their file names')];
}

function candidate(kind: SegmentedKind, volume: Volume, images: number, reason: string): Candidate {
  return {
    kind,
    confidence: 0.8,
    reason,
    description: 'NIfTI',
    volume,
    images,
    fieldStrengthT: null,
    manufacturer: null,
  };
}
