import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeNifti } from '@myocast/imaging';
import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixtureStudy, hostileText } from '../fixtures/index.ts';
import type { StudyFolder } from '../records.ts';
import { reportInput } from '../report-input.ts';
import { renderReport } from '../write-report.ts';
import { mostPictureBytes, subjectPictures } from './subject-pictures.ts';

const shape = [4, 4, 24, 24] as const;
const affine = [2, 0, 0, -24, 0, 2, 0, -24, 0, 0, 10, 0, 0, 0, 0, 1];

/** A cavity in a wall that shrinks with the phases; the mask's labels as brightness. */
function ring(): Uint8Array {
  const [phases, slices, rows, columns] = shape;
  const data = new Uint8Array(phases * slices * rows * columns);
  for (let at = 0; at < data.length; at++) {
    const phase = Math.floor(at / (slices * rows * columns));
    const away = Math.hypot((Math.floor(at / columns) % rows) - 12, (at % columns) - 12);
    data[at] = away < 5 - phase ? 3 : away < 7 ? 2 : 0;
  }
  return data;
}

/** The fixture's study with an exam in files for each subject named. */
async function studyWithImages(subjects: readonly string[]): Promise<StudyFolder> {
  const study = fixtureStudy();
  const folder = await mkdtemp(join(tmpdir(), 'myocast-pictures-'));
  const labels = ring();
  const volume = writeNifti({ shape, affine, data: Float32Array.from(labels), triggerTimesMs: null });
  const mask = writeNifti({ shape, affine, data: labels });
  await mkdir(join(folder, 'quantities'));
  for (const subject of subjects) {
    for (const place of ['exams', 'masks']) await mkdir(join(folder, place, subject), { recursive: true });
    const series = [{ kind: 'cine-sax', key: 'k', file: 'cine-sax.nii.gz', shape }];
    await writeFile(join(folder, 'exams', subject, 'exam.json'), JSON.stringify({ subject, series }));
    await writeFile(join(folder, 'exams', subject, 'cine-sax.nii.gz'), volume);
    await writeFile(join(folder, 'masks', subject, 'cine-sax.nii.gz'), mask);
    const record = study.quantities.find((one) => one.subject === subject);
    await writeFile(join(folder, 'quantities', `${subject}.json`), JSON.stringify(record));
  }
  return { ...study, folder };
}

const risk = ({ forecasts }: StudyFolder, subject: string) =>
  forecasts.find((one) => one.subject === subject)!.composite.risk.at(-1)!;

describe('subjectPictures', () => {
  const { quantities } = fixtureStudy();
  const some = quantities.slice(0, 5).map(({ subject }) => subject);
  let study: StudyFolder;
  let found: Awaited<ReturnType<typeof subjectPictures>>;
  beforeAll(async () => {
    const all = await studyWithImages(some);
    study = { ...all, quantities: all.quantities.filter(({ subject }) => some.includes(subject)) };
    found = await subjectPictures(study);
  });

  it('shows those of highest, median and lowest risk among the quantified, in this order', () => {
    const ranked = some.toSorted((a, b) => risk(study, b) - risk(study, a));
    expect(found.subjects.map(({ subject, place }) => [subject, place])).toEqual([
      [ranked[0], 'highest'],
      [ranked[2], 'median'],
      [ranked[4], 'lowest'],
    ]);
    // Forecast subjects without quantities are not among them.
    expect(study.forecasts.length).toBeGreaterThan(some.length);
  });

  it('has the contact sheet, the curve and the bull’s-eyes of each, with words', () => {
    for (const { pictures, leftOut } of found.subjects) {
      expect(pictures.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['cine-sax', 'volume-time', 'bulls-eye-cine-wall-thickening-percent']),
      );
      for (const { alt, title } of pictures) expect(`${title} ${alt}`.length).toBeGreaterThan(40);
      expect(leftOut).toEqual([]);
    }
    const [first] = found.subjects;
    expect(first!.pictures[0]).toMatchObject({
      name: 'cine-sax',
      title: `${first!.subject}: cine, short axis`,
    });
    expect(first!.pictures[0]!.alt).toContain('End-diastole, phase 1 of 4');
  });

  it('leaves out a bull’s-eye of no MVO, and keeps one of some', async () => {
    const mvo = 'bulls-eye-lge-mvo-segment-percent';
    for (const { quantities: own, pictures } of (await subjectPictures(study)).subjects) {
      const shows = pictures.some(({ name }) => name === mvo);
      expect(shows).toBe(own!.lge !== null && own!.lge.mvoPercent > 0);
    }
  });

  it('leaves out and names what would make the page too large', async () => {
    const { subjects } = await subjectPictures(study, 3 * 9000);
    for (const { pictures, leftOut, subject } of subjects) {
      const bytes = pictures.reduce((sum, { svg }) => sum + (Buffer.byteLength(svg) * 4) / 3, 0);
      expect(bytes).toBeLessThan(9000);
      expect(leftOut).toContain(`${subject}: cine, short axis`);
    }
    expect(mostPictureBytes).toBeLessThan(3e6);
  });

  it('says what cannot be drawn or read, and goes on', async () => {
    const broken = await studyWithImages(some);
    const [worst] = found.subjects;
    await writeFile(join(broken.folder, 'quantities', `${worst!.subject}.json`), '{"subject":3}');
    await writeFile(join(broken.folder, 'masks', worst!.subject, 'cine-sax.nii.gz'), 'no mask');
    const { subjects, issues } = await subjectPictures({ ...broken, quantities: study.quantities });
    expect(subjects.map(({ pictures }) => pictures.length > 0)).toEqual([false, true, true]);
    expect(issues.map(({ kind }) => kind)).toContain('not-readable');
    expect(issues.some(({ path }) => path.includes(worst!.subject))).toBe(true);
  });

  it('shows one or two subjects where there are no more, and none where there are none', async () => {
    const of = async (count: number) => {
      const few = some.slice(0, count);
      const own = study.quantities.filter(({ subject }) => few.includes(subject));
      return (await subjectPictures({ ...study, quantities: own })).subjects.map(({ place }) => place);
    };
    expect([await of(0), await of(1), await of(2)]).toEqual([[], ['highest'], ['highest', 'lowest']]);
  });

  it('stands in the page as images with words, not as markup, and the same every time', async () => {
    const read = reportInput(study, '0.1.0', { pictured: found.subjects, networks: [] });
    if (!read.ok) throw new Error('refused');
    const page = renderReport(read.value);
    const { document } = parseHTML(page);
    const images = [...document.querySelectorAll('#images img')];
    expect(images.length).toBe(found.subjects.reduce((sum, { pictures }) => sum + pictures.length, 0));
    for (const image of images) {
      expect(image.getAttribute('src')).toMatch(/^data:image\/svg\+xml;base64,[A-Za-z0-9+/=]+$/);
      expect(image.getAttribute('alt')!.length).toBeGreaterThan(40);
    }
    expect(document.querySelectorAll('#images svg').length).toBe(0);
    expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:\/\/|url\(|@import/);
    expect((await subjectPictures(study)).subjects).toEqual(found.subjects);
  });

  it('shows markup in names, words and flags as text', () => {
    const hostile = found.subjects.map((one) => ({
      ...one,
      subject: hostileText,
      leftOut: [hostileText],
      quantities: {
        ...one.quantities!,
        flags: [{ kind: 'quality-flag', path: hostileText, message: hostileText } as const],
      },
      pictures: one.pictures.map((picture) => ({ ...picture, title: hostileText, alt: hostileText })),
    }));
    const read = reportInput(study, '0.1.0', { pictured: hostile, networks: [] });
    if (!read.ok) throw new Error('refused');
    const { document } = parseHTML(renderReport(read.value));
    expect(document.querySelectorAll('script, [onerror], [onload], img:not([alt])').length).toBe(0);
    for (const image of document.querySelectorAll('img'))
      expect(image.getAttribute('src')).toMatch(/^data:image/);
    expect(document.querySelector('#images h3')!.textContent).toContain(hostileText);
  });
});
