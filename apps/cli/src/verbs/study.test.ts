import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';

const program = fileURLToPath(new URL('../../bin/myocast.js', import.meta.url));
// Creating a database takes seconds of processor time, much more on a busy machine.
vi.setConfig({ testTimeout: 180_000 });
const isBuilt = existsSync(fileURLToPath(new URL('../../dist/verbs/study.js', import.meta.url)));
if (!isBuilt) process.stderr.write('skipped: the study verb, apps/cli is not built (npx tsc -b)\n');

const protocol = `
name: small
title: A small study
subject: { column: subject }
centre: { constant: A }
missing: ['']
variables:
  - { name: age, label: Age, kind: continuous, unit: a, low: 18, high: 110, predictor: true }
outcome:
  kind: first-event
  days: { column: days, unit: d }
  cause: { column: event }
  causes: [death]
  composite: { name: death, causes: [death] }
`;

function myocast(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'study', ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

it.skipIf(!isBuilt)(
  'imports and freezes with exit code 0, and ends a bad input in one line and exit code 1',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'myocast-cli-study-'));
    const study = join(folder, 'study');
    const write = async (name: string, content: string) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    };
    const file = await write('small.yaml', protocol);
    const good = await write('good.csv', 'subject,age,days,event\n1,58,100,death\n2,,200,\n');
    expect(myocast('init', '--study', study, '--protocol', file).status).toBe(0);
    const bad = {
      old: 'age: expected a number from 18 to 110 a, found "old" (bad-value)',
      '7': 'age: expected a value from 18 to 110 a, found "7" (bad-value)',
    };
    for (const [cell, message] of Object.entries(bad)) {
      const path = await write('bad.csv', `subject,age,days,event\n1,${cell},5,\n`);
      expect(myocast('import', path, '--study', study)).toEqual({
        status: 1,
        stdout: '',
        stderr: `bad.csv row 2, ${message}\n`,
      });
    }
    const imported = myocast('import', good, '--study', study, '--json');
    expect([imported.status, imported.stderr]).toEqual([0, '']);
    expect(JSON.parse(imported.stdout)).toMatchObject({
      tables: [{ subjects: 2, events: 1, missing: { age: 1 } }],
    });
    const frozen = myocast('freeze', '--study', study, '--json');
    expect(JSON.parse(frozen.stdout)).toMatchObject({
      subjects: 2,
      events: { death: 1 },
      missing: { age: 1 },
    });
    expect(existsSync(join(study, 'dataset.json'))).toBe(true);
  },
);

it.skipIf(!isBuilt)('tells wrong usage from wrong data', () => {
  expect(myocast('freeze').status).toBe(2);
  const none = myocast('freeze', '--study', '/nowhere');
  expect(none).toMatchObject({
    status: 1,
    stderr: '/nowhere: expected a study, found no folder `database` in it (not-readable)\n',
  });
});
