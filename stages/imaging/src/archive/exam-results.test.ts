import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DicomElements, readDicom, text, writeDicom } from '@myocast/dicom';
import { readMeasurementReport } from '@myocast/dicom/objects';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestExam, quantifyExam, writeExam, writeNifti, writeQuantities } from '../index.ts';
import { examResults } from './exam-results.ts';
import { archiveAt, openFakeArchive } from './fake-archive.fixture.ts';
import { fetchExam } from './fetch-exam.ts';
import { readExamMask } from './read-masks.ts';
import { sendObjects } from './send.ts';
import { originalSources, readSeriesSource, renamedSources } from './series-source.ts';

const [phases, slices, edge] = [10, 6, 24];
const maker = { softwareVersion: '0.1.0', at: new Date('2024-02-03T04:05:06Z') };
const study = '2.25.777';
let work: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'results-'));
  await writeImages(join(work, 'source'));
  await ingestInto('exam', originalSources);
  await drawMasks();
});
afterAll(() => rm(work, { recursive: true, force: true }));

/** A cine of 10 phases and an LGE, the first slice at the head: the volume's order is that of the normal. */
async function writeImages(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const common: DicomElements = {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
    StudyInstanceUID: study,
    PatientID: 'PID-1',
    PatientName: 'ZWETSCHGE^WALTRAUD',
    AccessionNumber: 'ACC-7',
    PatientSize: 1.6,
    PatientWeight: 64,
    Modality: 'MR',
    Rows: edge,
    Columns: edge,
    PixelSpacing: [2, 2],
    SliceThickness: 8,
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
  };
  const write = (series: string, z: number, t: number, more: DicomElements) =>
    writeFile(
      join(folder, `${series}-${z}-${t}.dcm`),
      writeDicom(
        {
          ...common,
          SeriesInstanceUID: `2.25.${series}`,
          SOPInstanceUID: `2.25.${series}.${z}.${t}`,
          ImagePositionPatient: [-24, -24, (slices - z) * 10],
          ...more,
        },
        Uint16Array.from({ length: edge * edge }, (_, at) => (at * 3 + z * 7 + t) % 400),
      ),
    );
  for (let z = 0; z < slices; z++) {
    for (let t = 0; t < phases; t++)
      await write('5551', z, t, { SeriesDescription: 'cine SAX', TriggerTime: t * 40 });
    await write('5552', z, 0, { SeriesDescription: 'LGE SAX', InversionTime: 300 });
  }
}

async function ingestInto(name: string, sources?: typeof originalSources): Promise<void> {
  const exam = await ingestExam(join(work, 'source'), { subject: 'S1', ...(sources ? { sources } : {}) });
  if (!exam.ok) throw new Error(exam.issues[0]!.message);
  await writeExam(exam.value, join(work, name));
}

/** Discs inside each other, smaller in the second phase. */
async function drawMasks(): Promise<void> {
  const affine = [2, 0, 0, -24, 0, 2, 0, -24, 0, 0, 10, 10, 0, 0, 0, 1];
  for (const [kind, times] of [
    ['cine-sax', phases],
    ['lge-sax', 1],
  ] as const) {
    const data = Uint8Array.from({ length: times * slices * edge * edge }, (_, at) => {
      const radius = Math.hypot((at % edge) - 12, (Math.floor(at / edge) % edge) - 12);
      const inner = Math.floor(at / (edge * edge * slices)) === 1 ? 4 : 5;
      if (kind === 'lge-sax') return radius < 5 ? 1 : radius < 6 ? 3 : radius < 8 ? 2 : 0;
      return radius < inner ? 3 : radius < 8 ? 2 : 0;
    });
    await mkdir(join(work, 'masks', 'S1'), { recursive: true });
    const mask = { shape: [times, slices, edge, edge] as const, data, affine };
    await writeFile(join(work, 'masks', 'S1', `${kind}.nii.gz`), writeNifti(mask));
  }
  const quantities = await quantifyExam(join(work, 'exam'), join(work, 'masks'));
  if (quantities.ok) await writeQuantities(quantities.value, join(work, 'quantities.json'));
}

const paths = (exam = 'exam') => ({
  exam: join(work, exam),
  masks: join(work, 'masks'),
  quantities: join(work, 'quantities.json'),
});

describe('the source of a series', () => {
  it('names the image of every slice and phase, in the order of the volume', async () => {
    const source = await readSeriesSource(join(work, 'exam'), 'cine-sax');
    if (!source.ok) throw new Error(source.issues[0]!.message);
    const { stack, identity, heightM } = source.value;
    // Slice 0 of the volume is the lowest along the normal, which was written last.
    expect(stack.instances[0]!.sopInstanceUid).toBe('2.25.5551.5.0');
    expect(stack.instances[2 * slices + 1]!.sopInstanceUid).toBe('2.25.5551.4.2');
    expect(stack.positions.map(([, , mm]) => mm)).toEqual([10, 20, 30, 40, 50, 60]);
    expect([identity.PatientID, identity.AccessionNumber, heightM]).toEqual(['PID-1', 'ACC-7', 1.6]);
  });

  it('is kept only when it is asked for, and changes nothing else', async () => {
    await ingestInto('plain');
    const names = await readdir(join(work, 'plain'));
    expect(names.filter((name) => name.includes('sources'))).toEqual([]);
    for (const name of names)
      expect(
        (await readFile(join(work, 'plain', name))).equals(await readFile(join(work, 'exam', name))),
      ).toBe(true);
    const refused = await examResults(paths('plain'), maker);
    expect(refused.ok).toBe(false);
    expect(refused.issues[0]!.message).toContain('--references original');
  });

  it('goes on under other names where they are given', async () => {
    const renamed = renamedSources(
      (uid) => `2.25.9${uid.replace(/\D/g, '')}`,
      (identity) => ({
        ...identity,
        PatientID: 'sub-1',
        PatientName: 'sub-1',
        AccessionNumber: '',
        StudyInstanceUID: '2.25.1',
      }),
    );
    await ingestInto('renamed', renamed);
    const results = await examResults(paths('renamed'), maker);
    if (!results.ok) throw new Error(results.issues[0]!.message);
    for (const { object } of results.value) {
      const bytes = Buffer.from(object.bytes).toString('latin1');
      for (const secret of ['ZWETSCHGE', 'PID-1', 'ACC-7', '2.25.777', '2.25.5551'])
        expect(bytes).not.toContain(secret);
      expect(bytes).toContain('sub-1');
    }
  });
});

describe('examResults', () => {
  it('writes masks, numbers and a picture into the exam of the images', async () => {
    const results = await examResults(paths(), maker);
    if (!results.ok) throw new Error(results.issues[0]!.message);
    expect(results.value.map(({ name }) => name)).toEqual([
      'cine-sax.seg',
      'lge-sax.seg',
      'measurements.sr',
      'summary.sc',
    ]);
    for (const { object } of results.value) expect(Buffer.from(object.bytes).includes(study)).toBe(true);
    const picture = readDicom(results.value[3]!.object.bytes, 'sc');
    expect(
      picture.ok && [picture.value.samplesPerPixel, text(picture.value.dataset, 'BurnedInAnnotation')],
    ).toEqual([3, 'YES']);
    const again = await examResults(paths(), maker);
    const bytesOf = ({ value }: typeof results) => value.map(({ object }) => Buffer.from(object.bytes));
    if (again.ok)
      for (const [at, bytes] of bytesOf(again).entries())
        expect(bytes.equals(bytesOf(results)[at]!)).toBe(true);
    expect(again.ok).toBe(true);
  });

  it('gives the indexed values by the body surface of Mosteller', async () => {
    const results = await examResults(paths(), maker);
    const report = results.ok ? readMeasurementReport(results.value[2]!.object.bytes, 'sr') : results;
    const numbers = report.ok ? report.value.groups.flatMap(({ measurements }) => measurements) : [];
    const of = (name: string) => numbers.find((one) => one.name.value === name)!;
    // 160 cm and 64 kg: the square root of 160 × 64 / 3600.
    expect(of('LVEDVI').value).toBeCloseTo(of('8821-1').value / 1.6865480854, 8);
    expect(of('LVEDVI').unit.value).toBe('mL/m2');
    // No RV is drawn: its volume is unknown, not 0 ml.
    expect(numbers.some(({ name }) => name.value === '8822-9')).toBe(false);
    // An MVO that is not there is 0 %, and refers to no segment.
    expect(of('MVO_PERCENT').value).toBe(0);
  });

  it('goes through an archive and back: the same images give the same exam, the same masks come back', async () => {
    const fake = await openFakeArchive();
    try {
      const archive = archiveAt(fake.root);
      const names = await readdir(join(work, 'source'));
      const images = await Promise.all(names.map((name) => readFile(join(work, 'source', name))));
      const objects = images.map((bytes, index) => ({
        sopInstanceUid: `2.25.${names[index]!.replace('.dcm', '').replaceAll('-', '.')}`,
        bytes,
      }));
      const results = await examResults(paths(), maker);
      if (!results.ok) throw new Error(results.issues[0]!.message);
      await sendObjects(archive, objects);
      await fetchExam(archive, study, join(work, 'fetched'));
      const exam = await ingestExam(join(work, 'fetched'), { subject: 'S1', sources: originalSources });
      if (!exam.ok) throw new Error(exam.issues[0]!.message);
      await writeExam(exam.value, join(work, 'exam-back'));
      for (const name of await readdir(join(work, 'exam')))
        expect(
          (await readFile(join(work, 'exam-back', name))).equals(await readFile(join(work, 'exam', name))),
        ).toBe(true);
      const sent = await sendObjects(
        archive,
        results.value.map(({ object }) => object),
      );
      expect(sent.ok && sent.value.notStored).toEqual([]);
      const source = await readSeriesSource(join(work, 'exam-back'), 'lge-sax');
      const bytes = fake.instances.get(results.value[1]!.object.sopInstanceUid)!;
      const mask = source.ok ? readExamMask(bytes, 'seg', 'lge-sax', source.value.stack) : source;
      expect(mask.ok && mask.value.data.filter((label) => label === 3).length).toBeGreaterThan(0);
    } finally {
      await fake.close();
    }
  });

  it('says what cannot be sent: masks and numbers of another, another grid, nothing drawn', async () => {
    const message = async (change: Partial<ReturnType<typeof paths>>) => {
      const { issues } = await examResults({ ...paths(), ...change }, maker);
      return issues.map((found) => found.message).join('\n');
    };
    const other = join(work, 'other');
    await mkdir(other, { recursive: true });
    await writeFile(
      join(other, 'segmentation.json'),
      JSON.stringify({ subject: 'S2', series: [], contours: {} }),
    );
    expect(await message({ masks: other })).toContain('found those of S2');
    await writeFile(join(work, 'q2.json'), JSON.stringify({ subject: 'S2', cine: null, lge: null }));
    expect(await message({ quantities: join(work, 'q2.json') })).toContain('found those of S2');
    const swapped = join(work, 'swapped');
    await mkdir(swapped, { recursive: true });
    await cp(join(work, 'masks', 'S1', 'lge-sax.nii.gz'), join(swapped, 'cine-sax.nii.gz'));
    expect(await message({ masks: swapped })).toMatch(/expected (a mask of 10×6×24×24|cine-sax labels)/);
    const empty = join(work, 'empty');
    await mkdir(empty, { recursive: true });
    const nothing = {
      shape: [1, slices, edge, edge] as const,
      data: new Uint8Array(slices * edge * edge),
      affine: null,
    };
    await writeFile(join(empty, 'lge-sax.nii.gz'), writeNifti(nothing));
    expect(await message({ masks: empty })).toContain('expected contours in the mask, found none');
    const nowhere = await examResults({ exam: join(work, 'masks'), masks: null, quantities: null }, maker);
    expect(nowhere.ok).toBe(false);
  });
});
