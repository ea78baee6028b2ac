import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mask, Volume } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { correctMask } from '../../contours/correct-mask.ts';
import type { QuantitiesRecord } from '../../records.ts';
import { writeNifti } from '../../volume/nifti-writer.ts';
import { quantifyExam } from '../quantify.ts';
import { gridAffine } from '../stack.fixture.ts';
import { heartImage, heartMask, lateralInfarct, plan } from './heart.fixture.ts';

const mask = heartMask(lateralInfarct(0.7));
const oedema = heartMask((place) => (lateralInfarct(1)(place) === 2 ? 2 : 3));
const lge = heartImage(mask, [40, 260, 30, 400, 60], 12);
const stir = heartImage(oedema, [20, 25, 100, 190, 95], 12);
const t1 = (ms: readonly number[]) => {
  const volume = heartImage(mask, ms, 15);
  // Three slices of a map, the others of the grid empty.
  return { ...volume, data: volume.data.map((value, at) => (Math.floor(at / 9216) % 3 === 1 ? value : 0)) };
};

async function exam(
  files: Readonly<Record<string, Volume | string>>,
  masks: Readonly<Record<string, Mask>> = { 'lge-sax': mask },
  change: (maskFolder: string) => Promise<unknown> = async () => {},
) {
  const root = await mkdtemp(join(tmpdir(), 'myocast-tissue-'));
  const [folder, own] = [join(root, 'exams', 'S1'), join(root, 'masks', 'S1')];
  await mkdir(folder, { recursive: true });
  await mkdir(own, { recursive: true });
  const series = Object.keys(files).map((kind) => ({
    kind,
    file: `${kind}.nii.gz`,
    variant: kind === 'lge-sax' ? 'phase-sensitive' : null,
    fieldStrengthT: 1.5,
  }));
  await writeFile(join(folder, 'exam.json'), JSON.stringify({ subject: 'S1', series }));
  for (const [kind, volume] of Object.entries(files))
    await writeFile(join(folder, `${kind}.nii.gz`), typeof volume === 'string' ? volume : writeNifti(volume));
  for (const [kind, data] of Object.entries(masks))
    await writeFile(join(own, `${kind}.nii.gz`), writeNifti(data));
  await change(join(root, 'masks'));
  const done = await quantifyExam(folder, join(root, 'masks'), { haematocritOf: () => 0.42 });
  if (!done.ok) throw new Error(done.issues[0]!.message);
  return done.value;
}

describe('quantifyExam with the images of an exam', () => {
  it('gives infarct by signal, oedema, maps and ECV beside what the mask gives', async () => {
    const record = await exam(
      {
        'lge-sax': lge,
        't2-stir': stir,
        't1-map-native': t1([260, 1600, 996, 1150, 1000]),
        't1-map-post': t1([260, 320, 450, 280, 550]),
      },
      { 'lge-sax': mask, 't2-sax': oedema },
    );
    const { tissue } = record;
    const fwhm = tissue!.enhancement!.methods.find(({ method }) => method === 'fwhm')!;
    expect(Math.abs(fwhm.infarctPercent! - record.lge!.infarctPercent)).toBeLessThan(1);
    expect(tissue!.oedema!.methods.map(({ method }) => method)).toEqual(['mask', '2-sd']);
    expect(tissue!.maps.map(({ kind, slices }) => [kind, slices])).toEqual([
      ['t1-map-native', 3],
      ['t1-map-post', 3],
    ]);
    const ecv = (100 * 0.58 * (1 / 450 - 1 / 996)) / (1 / 320 - 1 / 1600);
    expect(Math.abs(tissue!.extracellularVolume!.remotePercent! - ecv)).toBeLessThan(0.7);
    expect(tissue!.notThere).toEqual(['t2-map', 't2star-map']);
    expect(tissue!.haemorrhage).toBeNull();
    expect(JSON.stringify(tissue)).not.toContain(
      'null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null',
    );
  });

  it('lays the contours of the late enhancement on an oedema image of another grid', async () => {
    const affine = gridAffine(plan, { turnDegrees: 40, mirrored: true, apexFirst: true });
    const data = new Float32Array(stir.data.length);
    // The same heart seen on the turned grid: blood and surroundings dark, wall by its angle.
    const turned = { ...stir, affine, data: data.map((_, at) => 100 + ((at * 7919) % 21) - 10) };
    const { tissue, flags } = await exam({ 't2-stir': turned });
    expect(tissue!.oedema!.contours).toBe('lge-sax');
    expect(tissue!.oedema!.methods[0]!.areaAtRiskPercent!).toBeLessThan(5);
    expect(flags.map(({ message }) => message).join()).toMatch('those of lge-sax are laid on it');
  });

  it('names what is not there once, in the record and not as a flag', async () => {
    const { tissue, flags } = await exam({ 'lge-sax': lge });
    expect(tissue!.notThere).toEqual(['t2-stir', 't1-map-native', 't1-map-post', 't2-map', 't2star-map']);
    expect(flags.map(({ kind }) => kind)).toEqual(['missing-series', 'quality-flag']);
  });

  it('keeps the other parts where an image is broken, or lies on a grid that nothing fits', async () => {
    const straight = { ...stir, affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 8, 0, 0, 0, 0, 1] };
    const { tissue, flags } = await exam({ 'lge-sax': lge, 't2-stir': straight, 't2-map': 'no NIfTI' });
    expect(tissue!.enhancement!.methods.length).toBe(7);
    expect(tissue!.oedema).toBeNull();
    const said = flags.map(({ kind, message }) => `${kind} ${message}`).join('\n');
    expect(said).toMatch('not-readable');
    expect(said).toMatch('expected an LGE or cine mask that can be laid on the t2-stir, found none');
  });

  it('finds oedema where a person drew it, not where the network did', async () => {
    const drawn = (extent: number) => heartMask((place) => (lateralInfarct(extent)(place) === 2 ? 2 : 3));
    const [wrong, right] = [drawn(0.2), drawn(1)];
    const order = {
      subject: 'S1',
      kind: 't2-sax',
      by: 'reader 2',
      at: new Date(0),
      softwareVersion: '1',
    } as const;
    const correct = (maskFolder: string) =>
      correctMask({ ...order, maskFolder }, { mask: right, before: wrong, from: 'nifti' });
    const masks = { 'lge-sax': mask, 't2-sax': wrong };
    const areaAtRisk = ({ tissue }: QuantitiesRecord) => {
      expect(tissue!.oedema!.contours).toBe('t2-sax');
      return tissue!.oedema!.methods.find(({ method }) => method === 'mask')!.areaAtRiskPercent;
    };
    const share = ({ data }: Mask) => {
      const [normal, oedematous] = [2, 3].map((label) => data.filter((own) => own === label).length);
      return (100 * oedematous!) / (normal! + oedematous!);
    };
    expect(share(right)).toBeGreaterThan(2 * share(wrong));
    expect(areaAtRisk(await exam({ 't2-stir': stir }, masks))).toBeCloseTo(share(wrong), 9);
    expect(areaAtRisk(await exam({ 't2-stir': stir }, masks, correct))).toBeCloseTo(share(right), 9);
  });

  it('takes no labels from a T2 mask that has others', async () => {
    const wrong = { ...oedema, data: oedema.data.map((label) => label * 2) };
    const { tissue, flags } = await exam({ 't2-stir': stir }, { 'lge-sax': mask, 't2-sax': wrong });
    expect(tissue!.oedema!.contours).toBe('lge-sax');
    expect(flags.map(({ message }) => message).join()).toMatch('expected t2-sax labels 0 to 3');
  });
});
