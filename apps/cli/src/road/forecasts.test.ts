import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Forecast } from '@myocast/model';
import { expect, it } from 'vitest';
import { keepForecasts } from './forecasts.ts';

const forecasts = [{ subject: 's' }] as unknown as readonly Forecast[];

it('keeps forecasts of all subjects by the own model of a study, and no others', async () => {
  const study = await mkdtemp(join(tmpdir(), 'myocast-forecasts-'));
  const path = join(study, 'forecasts.json');
  const own = { bundle: join(study, 'model.myocast'), study };
  expect(await keepForecasts({ ...own, subject: 's' }, forecasts)).toEqual([]);
  expect(await keepForecasts({ ...own, at: '90' }, forecasts)).toEqual([]);
  expect(await keepForecasts({ bundle: own.bundle }, forecasts)).toEqual([]);
  expect(await keepForecasts({ ...own, bundle: 'other.myocast' }, forecasts)).toEqual([
    expect.stringContaining('is left as it is'),
  ]);
  await expect(readFile(path)).rejects.toThrow();
  expect(await keepForecasts(own, forecasts)).toEqual([`forecasts: ${path}`]);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(forecasts);
});
