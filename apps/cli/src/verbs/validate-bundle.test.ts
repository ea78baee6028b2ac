import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ValidationRecord } from '@myocast/validation';
import { concordance } from '@myocast/survival/performance';
import { beforeAll, describe, expect, it } from 'vitest';
import { runVerb } from './run-verb.fixture.ts';
import { simulateVerb } from './simulate.ts';
import { studyVerb } from './study.ts';
import { trainVerb } from './train.ts';
import { validateVerb } from './validate.ts';

let folder: string;

/** A frozen study of virtual patients without images. */
async function study(name: string, seed: string, patients: string): Promise<string> {
  const [tables, path] = [join(folder, `${name}-tables`), join(folder, name)];
  const none = ['--patients', patients, '--centres', '2', '--seed', seed, '--sequences', 'none'];
  await runVerb(simulateVerb, 'simulate', '--out', tables, ...none);
  await runVerb(studyVerb, 'study', 'init', '--study', path);
  const files = ['clinical.csv', 'followup.csv'].map((file) => join(tables, file));
  await runVerb(studyVerb, 'study', 'import', ...files, '--study', path);
  await runVerb(studyVerb, 'study', 'freeze', '--study', path);
  return path;
}

describe('validate --bundle', () => {
  let [first, second, bundle] = ['', '', ''];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'myocast-external-'));
    first = await study('first', '3', '70');
    second = await study('second', '4', '80');
    bundle = join(first, 'model.myocast');
    await runVerb(trainVerb, 'train', '--study', first);
  }, 120_000);

  const validate = (path: string, ...more: string[]) =>
    runVerb(validateVerb, 'validate', '--study', path, '--bundle', bundle, '--bootstraps', '20', ...more);

  it('judges the model as it is on the other study, and says that nothing was fitted', async () => {
    const { document, lines } = await validate(second, '--other-subjects');
    const record = document as ValidationRecord;
    expect(record.design).toContain('as it was trained on 70 subjects of NCT07277400');
    expect(record.groups.map(({ group, subjects }) => [group, subjects])).toEqual([
      ['V1', 40],
      ['V2', 40],
      ['all', 80],
    ]);
    expect(lines.at(-1)).toMatch(/^\d+ of 80 forecasts abstain/);
    expect(record.notes.join(' ')).not.toContain('different fitted models');
    // What is stored is what is judged.
    const [header, ...rows] = (await readFile(join(second, 'external-validation', 'predictions.csv'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    const column = (name: string) => rows.map((row) => row[header!.indexOf(name)]!);
    const followUp = {
      days: Float64Array.from(column('days'), Number),
      event: Uint8Array.from(column('cause'), (cause) =>
        cause === '' ? 0 : cause === 'non-cardiovascular-death' ? 2 : 1,
      ),
    };
    const { index } = concordance(Float64Array.from(column('multimodal risk'), Number), followUp);
    expect(record.groups.at(-1)!.models[0]!.harrell.value).toBeCloseTo(index!, 12);
    expect(record.groups.at(-1)!.models.map(({ model }) => model)).toEqual(['multimodal']);
  }, 60_000);

  it('refuses the data set that the model was trained on, subjects of the same names, and days beyond its curve', async () => {
    await expect(validate(first)).rejects.toMatchObject({
      issues: [{ message: expect.stringContaining('found the data set it was trained on') as string }],
    });
    // The ten subjects more than it was trained on have names that it does not know.
    const { document } = await validate(second);
    expect((document as ValidationRecord).subjects).toBe(10);
    expect((document as ValidationRecord).notes).toContain(
      '70 subjects that the model was trained on are left out.',
    );
    await expect(validate(second, '--other-subjects', '--horizon-days', '9000')).rejects.toMatchObject({
      issues: [{ path: '--horizon-days' }],
    });
  }, 60_000);
});
