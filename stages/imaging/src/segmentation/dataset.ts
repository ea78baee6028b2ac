import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { exists } from '@myocast/base/files';
import type { Mask, Volume } from '@myocast/dicom';
import type { SegmentedKind } from '../records.ts';
import { readNifti } from '../volume/nifti.ts';
import { readPngStack } from '../volume/png-stack.ts';

/**
 * How annotated images lie in a folder:
 * - acdc: `patientNNN/{ed,es}.nii.gz` with `{ed,es}_label.nii.gz`
 * - emidec: `slices/NAME_sliceNNN.png` with the same names in `masks/`
 * - nnunet: `imagesTr/NAME_0000.nii.gz` with `labelsTr/NAME.nii.gz`; names that differ in `_ed` and
 *   `_es`, or in `_frame01`, `_phase01`, are one patient's
 */
export type DatasetLayout = 'acdc' | 'emidec' | 'nnunet';

/** One stack to segment, with the expert's mask where there is one. */
export interface DatasetStack {
  /** Patient or case: all of it is learned from, or none. */
  readonly name: string;
  /** Which of the phases of one cine, 'ed', 'es' or 'frame01'; '' where there are no others. */
  readonly part: string;
  readonly read: () => Promise<Checked<Volume>>;
  readonly readMask: (() => Promise<Checked<Mask>>) | null;
  /** Where a mask of this stack belongs in a folder of masks: the parts of one path, or one PNG a slice. */
  readonly maskFiles: readonly string[];
}

export interface Dataset {
  readonly layout: DatasetLayout;
  readonly kind: SegmentedKind;
  readonly stacks: readonly DatasetStack[];
}

/** Patient and phase, for messages. */
export const stackTitle = ({ name, part }: DatasetStack) => (part ? `${name} ${part}` : name);

/** The cases kept for measuring: every fifth of the sorted names. */
export function heldOutCases(stacks: readonly DatasetStack[]): readonly string[] {
  const names = [...new Set(stacks.map(({ name }) => name))].sort();
  return names.filter((_, index) => index % 5 === 4);
}

/** The data set in a folder, or null when it has none of the layouts. */
export async function findDataset(folder: string, kind: SegmentedKind): Promise<Dataset | null> {
  const names = await readdir(folder).catch(() => [] as string[]);
  if (names.includes('slices')) return emidec(folder);
  if (names.includes('imagesTr')) return nnunet(folder, kind);
  const patients = names.filter((name) => /^patient\d+$/.test(name)).sort();
  return patients.length > 0 ? acdc(folder, patients) : null;
}

async function acdc(folder: string, patients: readonly string[]): Promise<Dataset> {
  const stacks: DatasetStack[] = [];
  for (const name of patients) {
    for (const part of ['ed', 'es'] as const) {
      const label = join(folder, name, `${part}_label.nii.gz`);
      stacks.push({
        name,
        part,
        read: () => volumeAt(join(folder, name, `${part}.nii.gz`)),
        readMask: (await exists(label)) ? () => maskAt(label) : null,
        maskFiles: [name, `${part}_label.nii.gz`],
      });
    }
  }
  return { layout: 'acdc', kind: 'cine-sax', stacks };
}

async function emidec(folder: string): Promise<Dataset> {
  const files = (await readdir(join(folder, 'slices'))).filter((file) => file.endsWith('.png')).sort();
  const masks = new Set(await readdir(join(folder, 'masks')).catch(() => []));
  const byCase = new Map<string, string[]>();
  for (const file of files) {
    const name = file.replace(/_slice\d+\.png$/, '');
    byCase.set(name, [...(byCase.get(name) ?? []), file]);
  }
  const stacks = [...byCase].map(
    ([name, slices]): DatasetStack => ({
      name,
      part: '',
      read: () => stackAt(join(folder, 'slices'), slices),
      readMask: slices.every((file) => masks.has(file))
        ? async () => maskOf(await stackAt(join(folder, 'masks'), slices), name)
        : null,
      maskFiles: slices,
    }),
  );
  return { layout: 'emidec', kind: 'lge-sax', stacks };
}

/** A patient's name and which phase of the cine it is. */
const phaseName = /^(.+?)_(ed|es|frame\d+|phase\d+)$/i;

async function nnunet(folder: string, kind: SegmentedKind): Promise<Dataset> {
  const images = (await readdir(join(folder, 'imagesTr')))
    .filter((file) => file.endsWith('_0000.nii.gz'))
    .sort();
  const stacks: DatasetStack[] = [];
  for (const file of images) {
    const whole = basename(file, '_0000.nii.gz');
    const label = join(folder, 'labelsTr', `${whole}.nii.gz`);
    const [, name = whole, part = ''] = phaseName.exec(whole) ?? [];
    stacks.push({
      name,
      part,
      read: () => volumeAt(join(folder, 'imagesTr', file)),
      readMask: (await exists(label)) ? () => maskAt(label) : null,
      maskFiles: [`${whole}.nii.gz`],
    });
  }
  return { layout: 'nnunet', kind, stacks };
}

/** A NIfTI file, or the issue that it cannot be read. */
export async function volumeAt(path: string): Promise<Checked<Volume>> {
  const bytes = await readFile(path).catch((cause: Error) => cause);
  if (bytes instanceof Error) return refused(issue('not-readable', path, bytes.message));
  return readNifti(bytes, path);
}

/** A NIfTI file of whole labels below 256. */
export async function maskAt(path: string): Promise<Checked<Mask>> {
  return maskOf(await volumeAt(path), path);
}

async function stackAt(folder: string, files: readonly string[]): Promise<Checked<Volume>> {
  const slices: { path: string; bytes: Uint8Array }[] = [];
  for (const file of files) {
    const path = join(folder, file);
    const bytes = await readFile(path).catch((cause: Error) => cause);
    if (bytes instanceof Error) return refused(issue('not-readable', path, bytes.message));
    slices.push({ path, bytes });
  }
  return readPngStack(slices);
}

/** The labels of a volume; refused when a value is none. */
export function maskOf(checked: Checked<Volume>, path: string): Checked<Mask> {
  if (!checked.ok) return checked;
  const { shape, data, affine } = checked.value;
  const labels = new Uint8Array(data.length);
  for (let voxel = 0; voxel < labels.length; voxel++) {
    const value = data[voxel]!;
    labels[voxel] = value;
    // What is no label is not the same in a byte.
    if (labels[voxel] !== value)
      return refused(issue('bad-value', path, `expected labels 0 to 255, found ${value}`));
  }
  return accepted({ shape, data: labels, affine });
}

/** Reads both halves of every annotated stack that `take` wants; what cannot be read becomes an issue. */
export async function readAnnotated(
  { stacks }: Dataset,
  take: (name: string) => boolean,
): Promise<{ pairs: { name: string; volume: Volume; mask: Mask }[]; issues: Issue[] }> {
  const pairs: { name: string; volume: Volume; mask: Mask }[] = [];
  const issues: Issue[] = [];
  for (const stack of stacks) {
    const { name, read, readMask } = stack;
    if (!readMask || !take(name)) continue;
    const [volume, mask] = [await read(), await readMask()];
    issues.push(...volume.issues, ...mask.issues);
    if (!volume.ok || !mask.ok) continue;
    if (volume.value.shape.join() === mask.value.shape.join())
      pairs.push({ name, volume: volume.value, mask: mask.value });
    else
      issues.push(
        issue(
          'bad-geometry',
          stackTitle(stack),
          `image [${volume.value.shape.join(', ')}] and mask [${mask.value.shape.join(', ')}] differ`,
        ),
      );
  }
  return { pairs, issues };
}
