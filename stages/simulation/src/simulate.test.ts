import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examFolder } from './write-exam.ts';
import { simulate } from './simulate.ts';

const config = { patients: 2, centres: 2, seed: 5 };
const roots: string[] = [];
afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true }))));

async function newFolder(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'myocast-simulation-'));
  roots.push(root);
  return root;
}

async function hashOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true })).sort();
  const hashes: Record<string, string> = {};
  for (const name of names) {
    const path = join(folder, name);
    if (!(await stat(path)).isFile()) continue;
    hashes[name] = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  }
  return hashes;
}

describe('a simulated study', () => {
  let one = '';
  beforeAll(async () => {
    one = await newFolder();
    const first = await simulate(config, one, { workers: 0 });
    expect(first.ok && first.value.examsWritten).toBe(2);
  });

  it('has the same bytes for the same seed, also when an exam is made again on its own', async () => {
    const two = await newFolder();
    await simulate(config, two, { workers: 0 });
    const whole = await hashOf(one);
    expect(Object.keys(whole).length).toBeGreaterThan(2 * 80);
    expect(await hashOf(two)).toEqual(whole);

    await rm(examFolder(one, 'V2-0001'), { recursive: true });
    const again = await simulate(config, one, { workers: 0 });
    expect(again.ok && [again.value.examsWritten, again.value.examsThere]).toEqual([1, 1]);
    expect(await hashOf(one)).toEqual(whole);
  });

  it('writes what is asked for by name into every exam, whatever the centre takes', async () => {
    const names = async (inEveryExam: boolean) => {
      const folder = await newFolder();
      const imaging = { sequences: ['t1-map', 't2-map'] as const, matrix: 64, inEveryExam };
      await simulate({ patients: 6, centres: 6, seed: 5, imaging }, folder, { workers: 0 });
      const exams = (await readdir(join(folder, 'exams'))).sort();
      const files = await Promise.all(exams.map((exam) => readdir(join(folder, 'exams', exam))));
      return files.map((own) => [...new Set(own.map((name) => name.slice(0, 6)))].sort());
    };
    const both = ['t1-map', 't2-map'];
    const asked = await names(true);
    expect(asked).toEqual(Array.from({ length: 6 }, () => both));
    // Three in ten centres take none, so that as in practice some exams have none.
    expect((await names(false)).some((own) => own.length < 2)).toBe(true);
  });

  it('leaves a folder of another simulation, or of other files, as it is', async () => {
    const before = await hashOf(one);
    const other = await simulate({ ...config, seed: 6 }, one, { workers: 0 });
    expect(other.ok).toBe(false);
    expect(other.issues[0]?.kind).toBe('already-exists');
    expect(other.issues[0]?.message).toContain('"seed":6');
    expect(await hashOf(one)).toEqual(before);

    const strange = await newFolder();
    await writeFile(join(strange, 'notes.txt'), 'mine');
    const refusedToo = await simulate(config, strange, { workers: 0 });
    expect(refusedToo.issues[0]?.kind).toBe('already-exists');
    expect(await readdir(strange)).toEqual(['notes.txt']);
  });

  it('writes the columns that the study expects, and follow-up that fits the table', async () => {
    const [header, ...rows] = (await readFile(join(one, 'clinical.csv'), 'utf8')).trim().split('\n');
    expect(header).toBe(
      'subject,centre,cmr_date,age [a],sex,bmi [kg/m2],hypertension,diabetes,dyslipidaemia,smoker,' +
        'heart_rate [/min],systolic_bp [mmHg],killip,anterior,culprit,symptom_to_balloon [min],timi_pre,timi_post,' +
        'multivessel,creatinine [umol/L],glucose [mmol/L],ldl_c [mmol/L],hs_crp [mg/L],nt_probnp [ng/L],' +
        'peak_troponin_t [ng/L],haemoglobin [g/L],wbc [10^9/L],peak_ck [U/L],height [cm],prior_stroke,' +
        'family_history,atrial_fibrillation,diastolic_bp [mmHg],cardiac_arrest,door_to_balloon [min],' +
        'st_resolution_complete,three_vessel,non_culprit,residual_syntax,radial_access,thrombectomy,gp_inhibitor,' +
        'stents,stent_length [mm],stent_diameter [mm],contrast_volume [mL],egfr [mL/min/1.73m2],hba1c [%],' +
        'peak_troponin_i [ug/L],neutrophils [10^9/L],lymphocytes [10^9/L],peak_ldh [U/L],aspirin,p2y12_inhibitor,' +
        'statin,statin_high_dose,beta_blocker,beta_blocker_high_dose,acei_arb,acei_arb_high_dose,mra,' +
        'sglt2_inhibitor,loop_diuretic,heart_failure_in_hospital,length_of_stay [d],pci_to_cmr [d],data_origin',
    );
    expect(rows.map((row) => row.split(',')[0])).toEqual(['V1-0001', 'V2-0001']);
    const followUp = (await readFile(join(one, 'followup.csv'), 'utf8')).trim().split('\n');
    expect(followUp[0]).toBe('subject,follow_up_days [d],first_event,data_origin');
    for (const row of [...rows, ...followUp.slice(1)]) expect(row.split(',').at(-1)).toBe('virtual');
    for (const row of followUp.slice(1)) {
      const days = Number(row.split(',')[1]);
      expect(days).toBeGreaterThanOrEqual(1);
      expect(days).toBeLessThanOrEqual(5 * 366);
    }
  });

  it('writes tables whose subjects are those of the study', async () => {
    for (const name of ['cmr', 'laboratory', 'screening', 'visits', 'events', 'truth']) {
      const [header, ...rows] = (await readFile(join(one, `${name}.csv`), 'utf8')).trim().split('\n');
      const at = header!.split(',').indexOf('subject');
      const subjects = new Set(rows.map((row) => row.split(',')[at]).filter((subject) => subject !== ''));
      expect([...subjects].every((subject) => ['V1-0001', 'V2-0001'].includes(subject!))).toBe(true);
      expect(rows.every((row) => row.split(',').length === header!.split(',').length)).toBe(true);
      if (name !== 'events') expect(subjects.size).toBe(2);
    }
  });

  it('refuses counts that are none', async () => {
    await expect(simulate({ ...config, patients: 0 }, await newFolder())).rejects.toThrow(RangeError);
  });
});

// Threads run compiled code: `npm test` builds it first.
const compiled = new URL('../dist/simulate.js', import.meta.url);

describe.skipIf(!existsSync(compiled))('the compiled simulation', () => {
  it('writes the same bytes whether one thread or two beside it draw the exams', async () => {
    const [folder, alone, shared] = [await newFolder(), await newFolder(), await newFolder()];
    const script = join(folder, 'two-threads.mjs');
    await writeFile(
      script,
      `const { simulate } = await import(${JSON.stringify(compiled.href)});
const config = ${JSON.stringify({ ...config, imaging: { sequences: ['lge-sax'] } })};
for (const [folder, workers] of [[process.argv[2], 0], [process.argv[3], 2]]) {
  const made = await simulate(config, folder, { workers });
  if (!made.ok || made.value.examsWritten !== 2) process.exit(1);
}`,
    );
    await promisify(execFile)(process.execPath, [script, alone, shared]);
    const whole = await hashOf(alone);
    expect(Object.keys(whole).length).toBeGreaterThan(20);
    expect(await hashOf(shared)).toEqual(whole);
  });
});
