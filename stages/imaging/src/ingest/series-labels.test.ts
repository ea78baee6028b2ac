import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DicomElements, writeDicom } from '@myocast/dicom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ingestExam,
  mergeLabels,
  misgivenLabels,
  parseLabel,
  readLabels,
  type SeriesLabel,
  writeExam,
} from '../index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labels-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function writeStack(name: string, uid: string, images: number, more: DicomElements): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  for (let z = 0; z < 7; z++)
    for (let t = 0; t < images; t++)
      await writeFile(
        join(folder, name, `${uid}-${z}-${t}`),
        writeDicom(
          {
            SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
            SOPInstanceUID: `${uid}.${z}.${t}`,
            SeriesInstanceUID: uid,
            Modality: 'MR',
            Rows: 4,
            Columns: 4,
            PixelSpacing: [2, 2],
            ImageOrientationPatient: [0.6, 0.8, 0, 0, 0, -1],
            ImagePositionPatient: [0, 0, 0].map((_, axis) => [-0.8, 0.6, 0][axis]! * z * 10),
            ...(images > 1 ? { TriggerTime: t * 40 } : {}),
            ...more,
          },
          Uint16Array.from({ length: 16 }, (_, pixel) => pixel + z * 20 + t + Number(uid.at(-1)) * 1000),
        ),
      );
}

const by = { by: 'Core lab, reader 2', at: '2026-02-03T10:00:00.000Z' };

async function ingested(name: string, labels: readonly SeriesLabel[] = []) {
  const exam = await ingestExam(join(folder, name), { subject: 'S1', labels });
  if (!exam.ok) throw new Error(exam.issues[0]!.message);
  return exam;
}

describe('a label that a person gives to a series', () => {
  it('decides, is kept beside the record, and holds when the same images come again under other UIDs', async () => {
    await writeStack('exam', '2.25.1', 10, { SeriesDescription: 'cine SAX' });
    await writeStack('exam', '2.25.2', 1, { SeriesDescription: 'series 7' });
    const before = await ingested('exam');
    const { record } = before.value;
    expect(record.series.map(({ kind }) => kind)).toEqual(['cine-sax']);
    const silent = record.otherSeries.find(({ description }) => description === 'series 7')!;
    expect(silent).toMatchObject({ shape: [1, 7, 4, 4], images: 7 });

    const label = parseLabel(`${silent.key.slice(0, 6)}=lge-sax`, by);
    if (!label.ok) throw new Error(label.issues[0]!.message);
    const labels = mergeLabels([], [label.value]);
    const out = join(folder, 'out');
    await writeExam((await ingested('exam', labels)).value, out, labels);

    await writeStack('moved', '2.25.1', 10, { SeriesDescription: 'cine SAX' });
    await writeStack('moved', '2.25.2', 1, { SeriesInstanceUID: '2.25.999', SeriesDescription: 'anonymous' });
    const kept = await readLabels(out);
    const again = await ingested('moved', kept.ok ? kept.value : []);
    expect(again.value.record.series[1]).toMatchObject({
      kind: 'lge-sax',
      confidence: 1,
      key: silent.key,
      reason: expect.stringContaining('set by Core lab, reader 2 on 2026-02-03'),
    });
  });

  it('puts a series before a better one of its kind, and says so', async () => {
    await writeStack('two', '2.25.3', 1, { SeriesDescription: 'LGE sax', InversionTime: 300 });
    await writeStack('two', '2.25.4', 1, { SeriesDescription: 'series 9' });
    const { record } = (await ingested('two')).value;
    const key = record.otherSeries[0]!.key;
    const labelled = await ingested('two', [{ key, kind: 'lge-sax', ...by }]);
    expect(labelled.value.record.series[0]).toMatchObject({
      key,
      chosen: '1 of 2: set by Core lab, reader 2',
    });
    expect(labelled.value.record.otherSeries[0]!.whyNotUsed).toBe(
      'another lge-sax is used: set by Core lab, reader 2',
    );
  });

  it('that fits no series is an issue', async () => {
    const exam = await ingested('two', [{ key: 'ffffffffff', kind: 'lge-sax', ...by }]);
    expect(exam.issues.at(-1)!.message).toBe('expected one series for ffffffffff=lge-sax, found 0');
  });

  it('that fits several series holds for none and says which; the whole key means one', async () => {
    await writeStack('equal', '2.25.5', 1, { SeriesDescription: 'series 8', SeriesNumber: 1 });
    await writeStack('equal', '2.25.6', 1, { SeriesDescription: 'series 9', SeriesNumber: 2 });
    await writeStack('equal', '2.25.7', 10, { SeriesDescription: 'cine SAX', SeriesNumber: 3 });
    const { record } = (await ingested('equal')).value;
    const [key, second] = record.otherSeries.map((one) => one.key).toSorted();
    expect(second).toBe(`${key}-2`);
    const start = await ingested('equal', [{ key: key!.slice(0, 9), kind: 'lge-sax', ...by }]);
    expect(start.value.record.series.map(({ kind }) => kind)).toEqual(['cine-sax']);
    expect(start.issues.at(-1)!.message).toContain(`found 2 (`);
    for (const whole of [key!, second!]) {
      const label = parseLabel(`${whole}=lge-sax`, by);
      if (!label.ok) throw new Error(label.issues[0]!.message);
      const exam = await ingested('equal', mergeLabels([], [label.value]));
      expect(exam.value.record.series.map((one) => one.key)).toContain(whole);
    }
    const labels = [key!, second!].map((one) => ({ key: one, kind: 'lge-sax', ...by }) as const);
    expect(mergeLabels([labels[0]!], [labels[1]!])).toEqual(labels);
  });

  it('replaces an older one, and auto takes it back', () => {
    const older = [{ key: 'abcd1234', kind: 't2-stir', ...by }] as const;
    const newer = { key: 'abcd', kind: 'lge-sax', ...by } as const;
    expect(mergeLabels(older, [newer])).toEqual([newer]);
    expect(mergeLabels(older, [{ key: 'abcd1234', kind: 'auto' }])).toEqual([]);
  });

  it('just given that fits no series or several is an issue; a kept one may be taken back without its series', () => {
    const keys = ['abcd123456', 'abcd123456-2', 'ef01234567'];
    const told = (key: string, kind: 'lge-sax' | 'auto', kept: readonly SeriesLabel[] = []) =>
      misgivenLabels([kind === 'auto' ? { key, kind } : { key, kind, ...by }], kept, keys).map(
        ({ path, message }) => `${path}: ${message}`,
      );
    expect(told('ef01', 'lge-sax')).toEqual([]);
    expect(told('abcd123456', 'lge-sax')).toEqual([]);
    expect(told('9999', 'lge-sax')).toEqual(['--label: expected one series for 9999=lge-sax, found 0']);
    expect(told('abcd', 'lge-sax')).toEqual([
      '--label: expected one series for abcd=lge-sax, found 2 (abcd123456, abcd123456-2)',
    ]);
    expect(told('9999', 'auto')).toHaveLength(1);
    expect(told('9999', 'auto', [{ key: '9999000000', kind: 'lge-sax', ...by }])).toEqual([]);
  });

  it('is refused where it names no key or no kind', async () => {
    for (const words of ['lge-sax', 'xyz=lge-sax', 'abcd=LGE', 'abcd='])
      expect(parseLabel(words, by).ok).toBe(false);
    await writeFile(join(folder, 'series-labels.json'), '[{"key":"a"}]');
    expect((await readLabels(folder)).ok).toBe(false);
    await writeFile(join(folder, 'series-labels.json'), '[{');
    expect((await readLabels(folder)).ok).toBe(false);
  });
});
