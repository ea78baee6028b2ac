import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunLog } from './run-log.ts';

const newFolder = () => mkdtemp(join(tmpdir(), 'myocast-run-'));

describe('the log of a run', () => {
  it('does a stage once for the same inputs, also after it is opened again', async () => {
    const folder = await newFolder();
    let times = 0;
    const work = async () => {
      times++;
    };
    const first = await (await RunLog.open(folder)).stage('simulate', { seed: 1 }, [], work);
    const second = await (await RunLog.open(folder)).stage('simulate', { seed: 1 }, [], work);
    expect([first.wasDone, second.wasDone, times]).toEqual([false, true, 1]);
    expect(second.key).toBe(first.key);
  });

  it('keeps what an interrupted stage had finished, and does the stage again', async () => {
    const folder = await newFolder();
    const interrupted = (await RunLog.open(folder)).stage('ingest', { seed: 1 }, ['exams'], async () => {
      await writeFile(join(folder, 'exams'), 'finished part');
      throw new Error('interrupted');
    });
    await expect(interrupted).rejects.toThrow('interrupted');
    let found = false;
    await (await RunLog.open(folder)).stage('ingest', { seed: 1 }, ['exams'], async () => {
      found = existsSync(join(folder, 'exams'));
    });
    expect(found).toBe(true);
  });

  it('removes the drafts that a killed run left, and nothing else', async () => {
    const folder = await newFolder();
    const draft = '.S1.04d14da8-7881-466f-8ddd-1a7369de31c2.draft';
    for (const name of [draft, join('exams', draft), join('exams', 'S1'), join('exams', '.notes.draft')])
      await mkdir(join(folder, name), { recursive: true });
    await (await RunLog.open(folder)).stage('ingest', { seed: 1 }, [], async () => {});
    expect((await readdir(folder)).toSorted()).toEqual(['exams', 'run.json']);
    await (await RunLog.open(folder)).stage('segment', { seed: 1 }, ['masks'], async () => {});
    expect(existsSync(join(folder, 'exams', draft))).toBe(true);
    await writeFile(
      join(folder, 'run.json'),
      (await readFile(join(folder, 'run.json'), 'utf8')).replace('"done"', '"started"'),
    );
    await (await RunLog.open(folder)).stage('ingest', { seed: 1 }, ['exams'], async () => {});
    expect((await readdir(join(folder, 'exams'))).toSorted()).toEqual(['.notes.draft', 'S1']);
  });

  it('clears the outputs of other inputs before it starts', async () => {
    const folder = await newFolder();
    const log = await RunLog.open(folder);
    await log.stage('ingest', { seed: 1 }, ['exams'], () => writeFile(join(folder, 'exams'), 'of seed 1'));
    let found = true;
    await log.stage('ingest', { seed: 2 }, ['exams'], async () => {
      found = existsSync(join(folder, 'exams'));
    });
    expect(found).toBe(false);
  });
});
