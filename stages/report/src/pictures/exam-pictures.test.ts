import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cineLabel, type QuantitiesRecord, quantifyExam, writeNifti } from '@myocast/imaging';
import { correctMask } from '@myocast/imaging/contours';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { type ExamPicture, examPictures } from './exam-pictures.ts';
import { examIndex } from './exam-index.ts';
import { maskSheet } from './image-sheets.ts';
import { changedSlices } from './shown-series.ts';

const affine = [2, 0, 0, -24, 0, 2, 0, -24, 0, 0, 10, 0, 0, 0, 0, 1];
const size = 24;

/** A disc in a ring, smaller from phase to phase until the third, with the labels of a kind. */
function ring(phases: number, slices: number, [cavity, wall]: readonly [number, number]): Uint8Array {
  return Uint8Array.from({ length: phases * slices * size * size }, (_, at) => {
    const phase = Math.floor(at / (slices * size * size));
    const away = Math.hypot((Math.floor(at / size) % size) - 12, (at % size) - 12);
    if (away < 6 - Math.min(phase, 4 - phase)) return cavity;
    return away < 9 ? wall : 0;
  });
}

/** Kinds of series with phases, slices and the labels of cavity and wall; the name of the mask, '' for none. */
const series = [
  ['cine-sax', 'cine-sax', 4, 6, [3, 2]],
  ['cine-4ch', 'cine-4ch', 4, 1, [1, 2]],
  ['t2-stir', 't2-sax', 1, 6, [1, 3]],
  ['lge-sax', 'lge-sax', 1, 6, [1, 4]],
  ['t2star-map', '', 1, 6, [1, 2]],
] as const;

async function exam(without: readonly string[] = [], slices = 6) {
  const root = await mkdtemp(join(tmpdir(), 'myocast-pictures-'));
  const [folder, masks] = [join(root, 'exams', 'A1'), join(root, 'masks')];
  for (const own of [folder, join(masks, 'A1')]) await mkdir(own, { recursive: true });
  const records = [];
  for (const [kind, mask, phases, usual, labels] of series) {
    const shape = [phases, Math.min(usual, slices), size, size] as const;
    const data = ring(shape[0], shape[1], labels);
    const file = `${kind}.nii.gz`;
    records.push({ kind, key: kind, file, shape, triggerTimesMs: null, variant: null });
    const volume = { shape, affine, data: Float32Array.from(data), triggerTimesMs: null };
    await writeFile(join(folder, file), writeNifti(volume));
    if (mask !== '' && !without.includes(mask))
      await writeFile(join(masks, 'A1', `${mask}.nii.gz`), writeNifti({ shape, affine, data }));
  }
  await writeFile(join(folder, 'exam.json'), JSON.stringify({ subject: 'A1', series: records }));
  const record = await quantifyExam(folder, masks);
  if (!record.ok) throw new Error(record.issues[0]!.message);
  return { exam: folder, masks, quantities: record.value };
}

async function pictures(paths: Awaited<ReturnType<typeof exam>>, quantities?: QuantitiesRecord | null) {
  const drawn = await examPictures({
    ...paths,
    quantities: quantities === undefined ? paths.quantities : quantities,
  });
  if (!drawn.ok) throw new Error(drawn.issues[0]!.message);
  return drawn.value;
}

const wordsOf = (all: readonly ExamPicture[], name: string) => {
  const { svg } = all.find((picture) => picture.name === name)!;
  const { document } = parseHTML(`<body>${svg.replace(/^<\?xml.*\?>\n/, '')}</body>`);
  return [...document.querySelectorAll('text')].map(({ textContent }) => textContent ?? '');
};

describe('examPictures', () => {
  it('draws T2 with its own wall and oedema, and with those of LGE where it has none', async () => {
    const own = wordsOf(await pictures(await exam(), null), 't2');
    expect(own).toEqual(expect.arrayContaining(['LV epicardium', 'LV endocardium', 'oedema']));
    expect(own.join()).not.toMatch(/infarct|MVO|not drawn/);
    const lent = wordsOf(await pictures(await exam(['t2-sax']), null), 't2');
    expect(lent).toEqual(expect.arrayContaining(['infarct', 'MVO']));
    expect(lent.join()).toMatch('contours of LGE, by their place in the patient; not drawn on these images');
  });

  it('has long axes at ED and ES with LV, wall and atrium, and T2* on a fixed scale', async () => {
    const all = await pictures(await exam(), null);
    const four = wordsOf(all, 'cine-4ch');
    expect(four).toEqual(
      expect.arrayContaining([
        'LV endocardium',
        'LV epicardium',
        'End-diastole, phase 1 of 4',
        'End-systole, phase 3 of 4',
      ]),
    );
    const map = wordsOf(all, 't2star-map');
    expect(map.join()).toMatch('T2* map, black 0 to white 60 ms, 6 of 6 slices');
    expect(map).toEqual(expect.arrayContaining(['LV epicardium', '20 mm']));
    // A scale in each image of both rows.
    expect(map.filter((words) => words === '20 mm')).toHaveLength(12);
  });

  it('says of corrected contours by whom, when and in which slices, from 1', async () => {
    const paths = await exam();
    const shape = [4, 6, size, size] as const;
    const before = { shape, affine, data: ring(4, 6, [3, 2]) };
    const data = before.data.slice();
    // Slices 2, 3 and 6 of the first phase lose their cavity.
    for (const z of [1, 2, 5])
      for (let at = z * size * size; at < (z + 1) * size * size; at++) if (data[at] === 3) data[at] = 2;
    const order = {
      maskFolder: paths.masks,
      subject: 'A1',
      kind: 'cine-sax',
      by: 'CD',
      softwareVersion: '1',
    } as const;
    const at = new Date('2026-03-04T05:06:07Z');
    const done = await correctMask({ ...order, at }, { mask: { ...before, data }, before, from: 'nifti' });
    expect(done.ok).toBe(true);
    const words = wordsOf(await pictures(paths, null), 'cine-sax');
    expect(words[1]).toBe('contours corrected by CD, 2026-03-04 05:06 UTC: slices 2-3, 6; research use only');
  });

  it('tells volumes with their numbers and phases from 1', async () => {
    const paths = await exam();
    const { edvMl, esvMl, ejectionFractionPercent: ef } = paths.quantities.cine!;
    const words = wordsOf(await pictures(paths), 'volume-time');
    expect(words).toEqual(
      expect.arrayContaining([
        `LV: EDV ${edvMl.toFixed(1)} ml, ESV ${esvMl.toFixed(1)} ml, EF ${ef.toFixed(1)} %`,
        'ED, phase 1',
        'ES, phase 3',
      ]),
    );
    const bare = wordsOf(await pictures(paths, null), 'volume-time');
    expect(bare).toContain('no quantities: ED and ES by the largest and smallest cavity');
  });

  it('marks no end-systole where there is no ventricle, and says why', async () => {
    const part = await exam([], 1);
    expect(part.quantities.cine!.slices).toBe(1);
    const one = wordsOf(await pictures(part), 'volume-time').join('\n');
    expect(one).toMatch('part of a ventricle (1 slice): ED and ES not marked');
    expect(one).not.toMatch(/ES, phase|EF \d/);
    const sheet = wordsOf(await pictures(part), 'cine-sax').join('\n');
    expect(sheet).toMatch(/part of a ventricle \(1 slice\).*\n(.*\n)*Smallest cavity, phase 3 of 4/);
    expect(sheet).not.toMatch('End-systole');
    const none = wordsOf(await pictures(part, { ...part.quantities, cine: null }), 'volume-time').join('\n');
    expect(none).toMatch('not quantified as a ventricle: ED and ES not marked');
    expect(none).not.toMatch('ES, phase');
  });

  it('names, scales and colours every quantity by one table, each once, the apex hatched', async () => {
    const eyes = (await pictures(await exam())).filter(({ name }) => name.startsWith('bulls-eye'));
    expect(eyes.length).toBeGreaterThan(10);
    expect(eyes.filter(({ group }) => group === 'other').map(({ name }) => name)).toEqual([]);
    const titles = eyes.map(({ svg }) => /<title>(.*?)<\/title>/.exec(svg)![1]!);
    expect(new Set(titles).size).toBe(titles.length);
    for (const { name, svg } of eyes) expect(/17: (not measured|-?\d)/.test(svg), name).toBe(true);
    const thick = eyes.filter(({ name }) => /thickness-mm/.test(name)).map(({ name }) => name);
    expect(thick).not.toContain('bulls-eye-ventricles-wall-mean-thickness-mm');
    expect(eyes.map(({ name }) => name)).not.toContain('bulls-eye-ventricles-wall-thickening-percent');
  });
});

describe('examIndex', () => {
  it('has all pictures with words, the main numbers and every flag, and runs and loads nothing', async () => {
    const paths = await exam();
    const all = await pictures(paths);
    const flags = [{ kind: 'quality-flag', path: 'A1 <b>', message: '<script>alert(1)</script>' } as const];
    const quantities = { ...paths.quantities, flags };
    const page = examIndex({ subject: 'A1', pictures: all, quantities, issues: [] });
    const { document } = parseHTML(page);
    const images = [...document.querySelectorAll('figure img')];
    expect(images).toHaveLength(all.length);
    for (const image of images) {
      expect(image.getAttribute('src')).toMatch(/^data:image\/svg\+xml;base64,/);
      expect(image.getAttribute('alt')!.length).toBeGreaterThan(30);
    }
    expect(document.querySelectorAll('script, link, svg').length).toBe(0);
    expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:\/\/|url\(|@import/);
    const rows = [...document.querySelectorAll('#numbers tbody tr')].map(({ textContent }) => textContent!);
    const { ejectionFractionPercent: ef, edPhase } = quantities.cine!;
    expect(rows.join()).toMatch(`LV ejection fraction${ef.toFixed(1)}\u00a0%`);
    expect(rows[0]).toMatch(`phase ${edPhase + 1}, 6 slices`);
    expect(rows.filter((row) => row.startsWith('Area at risk')).length).toBeGreaterThan(0);
    const listed = [...document.querySelectorAll('#flags li')].map(({ textContent }) => textContent);
    expect(listed).toHaveLength(1 + quantities.deformation!.flags.length);
    expect(listed[0]).toBe('A1 <b>: <script>alert(1)</script> (quality-flag)');
    expect(document.querySelector('#strain figcaption')!.textContent).toMatch(/strain/);
    const bare = parseHTML(
      examIndex({ subject: 'A1', pictures: all, quantities: null, issues: [] }),
    ).document;
    expect(bare.querySelector('#numbers')).toBeNull();
  });
});

describe('maskSheet', () => {
  it('draws every kind with its own labels', () => {
    const shape = [1, 2, size, size] as const;
    const data = ring(1, 2, [1, 3]);
    const volume = { shape, affine, data: Float32Array.from(data), triggerTimesMs: null };
    expect(maskSheet(volume, { shape, affine, data }, 't2-sax', 'A1')).toContain('oedema');
    expect(maskSheet(volume, { shape, affine, data }, 'cine-lax', 'A1')).toContain('left atrium');
  });
});

describe('changedSlices', () => {
  it('names slices from 1 in which a voxel of any phase is another', () => {
    const shape = [2, 3, 2, 2] as const;
    const before = { shape, affine, data: new Uint8Array(24) };
    const data = new Uint8Array(24);
    data[5] = cineLabel.myocardium;
    data[23] = cineLabel.myocardium;
    expect(changedSlices(before, { ...before, data })).toEqual([2, 3]);
    expect(changedSlices(before, before)).toEqual([]);
  });
});
