import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checked } from '@myocast/base';
import type { Mask, Volume } from '@myocast/dicom';
import { type GridPlan, plainGrid, plan, stackMask } from '../quantification/stack.fixture.ts';
import { cineLabel, type MaskName, maskSources } from '../records.ts';
import { writeNifti } from '../volume/nifti-writer.ts';
import { importContours } from './import-contours.ts';
import { maskInForce } from './mask-in-force.ts';

/** An ingested and segmented exam of a made-up heart, in a study folder. */
export interface ExamPlace {
  readonly study: string;
  readonly exam: string;
  readonly masks: string;
  readonly automatic: Mask;
}

export const subject = 'V1-0001';
const size = 48;

/** A small heart: 2 phases, 5 slices, 48 × 48 pixels of 2 mm. */
export function smallHeart(grid: GridPlan = plainGrid): Mask {
  return stackMask({ ...plan, slices: 5, size, spacingMm: [10, 2] }, grid);
}

/** @param key of the series; @param automatic its mask, which also gives its grid; @param name what it is */
export async function examPlace(
  automatic: Mask = smallHeart(),
  key = 'aaaaaaaaaa',
  name: MaskName = 'cine-sax',
): Promise<ExamPlace> {
  const study = await mkdtemp(join(tmpdir(), 'myocast-contours-'));
  const [exam, masks] = [join(study, 'exams', subject), join(study, 'masks')];
  await mkdir(exam, { recursive: true });
  await mkdir(join(masks, subject), { recursive: true });
  const { shape, affine } = automatic;
  const volume: Volume = { shape, affine, data: Float32Array.from(automatic.data), triggerTimesMs: null };
  const seriesKind = maskSources[name].series;
  const series = [{ kind: seriesKind, key, file: `${seriesKind}.nii.gz`, shape }];
  await writeFile(join(exam, 'exam.json'), JSON.stringify({ subject, series }));
  await writeFile(join(exam, `${seriesKind}.nii.gz`), writeNifti(volume));
  await writeFile(join(exam, `${seriesKind}.sources.json`), JSON.stringify(sourcesOf(automatic)));
  await writeFile(join(masks, subject, `${name}.nii.gz`), writeNifti(automatic));
  await writeFile(
    join(masks, subject, 'segmentation.json'),
    JSON.stringify({ subject, series: [{ mask: name, segmenter: 'net' }], contours: { [name]: 'c0ffee' } }),
  );
  return { study, exam, masks, automatic };
}

/** The image of a phase and slice. */
export const uidOf = (phase: number, slice: number) => `1.2.826.0.1.3680043.2.1.${phase}.${slice + 1}`;

function sourcesOf({ shape, affine }: Mask) {
  const [phases, slices] = shape;
  const at = (line: number, z: number) => affine![4 * line + 2]! * z + affine![4 * line + 3]!;
  const direction = (axis: 0 | 1) => {
    const column = [0, 1, 2].map((line) => affine![4 * line + axis]!);
    return column.map((part) => part / Math.hypot(...column));
  };
  return {
    identity: { StudyInstanceUID: '1.2.3' },
    heightM: null,
    weightKg: null,
    stack: {
      shape,
      frameOfReferenceUid: '1.2.3.4',
      orientation: [...direction(0), ...direction(1)],
      pixelSpacingMm: [2, 2],
      sliceThicknessMm: 10,
      sliceSpacingMm: 10,
      positions: Array.from({ length: slices }, (_, z) => [0, 1, 2].map((line) => at(line, z))),
      instances: Array.from({ length: phases * slices }, (_, index) => ({
        sopClassUid: '1.2.840.10008.5.1.4.1.1.4',
        sopInstanceUid: uidOf(Math.floor(index / slices), index % slices),
        seriesInstanceUid: '1.2.3.5',
        frame: null,
      })),
    },
  };
}

export const kind = 'cine-sax';
export const softwareVersion = '9.9.9';
export const at = new Date('2026-03-01T10:20:30.000Z');

export function valueOf<Value>(checked: Checked<Value>): Value {
  if (!checked.ok) throw new Error(checked.issues[0]!.message);
  return checked.value;
}

export async function fileOf({ study }: ExamPlace, name: string, content: Uint8Array | string | object) {
  const path = join(study, name);
  const isBytes = content instanceof Uint8Array || typeof content === 'string';
  await writeFile(path, isBytes ? content : JSON.stringify(content));
  return path;
}

export function imported({ exam, masks }: ExamPlace, files: string[], more: object = {}) {
  const order = {
    examFolder: exam,
    maskFolder: masks,
    kind,
    files,
    by: 'reader 2',
    at,
    softwareVersion,
  } as const;
  return importContours({ ...order, ...more });
}

/** The wall of one slice of one phase is cavity. */
export function corrected(mask: Mask, phase = 0, slice = 2): Mask {
  const area = mask.shape[2] * mask.shape[3];
  const start = (phase * mask.shape[1] + slice) * area;
  const data = mask.data.map((label, index) =>
    index >= start && index < start + area && label === cineLabel.myocardium
      ? cineLabel.leftVentricle
      : label,
  );
  return { ...mask, data };
}

export const inForce = async ({ masks }: ExamPlace) =>
  valueOf(await maskInForce(join(masks, subject), subject, kind));
