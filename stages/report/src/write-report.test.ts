import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { fixtureStudy, hostileText, writeStudyFixture } from './fixtures/index.ts';
import { readStudyFolder } from './read-study-folder.ts';
import type { ReportInput, StudyFolder } from './records.ts';
import { reportInput } from './report-input.ts';
import { renderReport, writeReport } from './write-report.ts';

function inputOf(study: StudyFolder): ReportInput {
  const checked = reportInput(study, '0.1.0');
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  return checked.value;
}

const newFolder = () => mkdtemp(join(tmpdir(), 'myocast-report-'));

describe('the report page', () => {
  const page = renderReport(inputOf(fixtureStudy()));
  const { document } = parseHTML(page);

  it('says that it is for research only, and that virtual patients are not real ones', () => {
    expect(document.querySelector('.banner')!.textContent).toContain('not a medical device');
    expect(document.querySelector('.banner')!.textContent).toContain('not findings about real ones');
    const real = fixtureStudy();
    const other = renderReport(inputOf({ ...real, card: { ...real.card!, trainedOn: 'real patients' } }));
    expect(other).toContain('not a medical device');
    expect(other).not.toContain('not findings about real ones');
  });

  it('says why an estimate is not there, and never prints null or NaN', () => {
    expect(page).toContain('not estimable: no events in this group');
    expect(page).toContain('not estimable: no events among these subjects');
    expect(document.querySelector('main')!.textContent).not.toMatch(/\b(null|NaN|undefined|Infinity)\b/);
    expect(page).not.toMatch(/NaN|undefined/);
  });

  it('shows every model in every group with its interval', () => {
    expect(document.querySelectorAll('.performance tbody').length).toBe(5);
    expect(document.querySelectorAll('.performance tbody tr').length).toBe(20);
    const { value, low, high } = fixtureStudy().validation!.groups[0]!.models[0]!.harrell;
    const cell = document.querySelectorAll('.performance td')[0]!.textContent;
    expect(page).toContain('fewer than two centres with events');
    expect(cell).toBe(`${value!.toFixed(2)} (${low!.toFixed(2)} to ${high!.toFixed(2)})`);
  });

  it('shows calibration slope and intercept of the models that predict a risk at the horizon', () => {
    const { calibrationSlope } = fixtureStudy().validation!.groups[0]!.models[0]!;
    const [row] = document.querySelectorAll('.calibrated tbody tr:not(.group)');
    const cells = [...row!.children].map((cell) => cell.textContent);
    expect(cells[3]).toBe(
      `${calibrationSlope!.value!.toFixed(2)} (${calibrationSlope!.low!.toFixed(2)} to ${calibrationSlope!.high!.toFixed(2)})`,
    );
    expect(cells[4]).toBe('0.021 (no interval)');
  });

  it('shows the paired difference in C to each other model, and the net benefit', () => {
    const [row] = document.querySelectorAll('.comparisons tbody tr');
    expect([...row!.children].map((cell) => cell.textContent)).toEqual([
      'Clinical Cox',
      '0.070 (0.012 to 0.128)',
      '0.055 (\u22120.004 to 0.114)',
    ]);
    const said = [...document.querySelectorAll('svg[role=img]')].map(
      (svg) => svg.getAttribute('aria-label')!,
    );
    // 0.18 · 0.8 - 0.82 · 0.64 · 0.16 / 0.84 by hand.
    expect(said.find((words) => words.startsWith('Net benefit'))).toContain(
      'Multimodal: 0.044 at a threshold of 16 %',
    );
    const { comparisons: _, netBenefit: __, ...older } = fixtureStudy().validation!;
    expect(renderReport(inputOf({ ...fixtureStudy(), validation: older }))).toContain(
      'Net benefit: not estimable',
    );
  });

  it('shows the leading model by sex, and says so where the record does not', () => {
    const rows = [...document.querySelectorAll('.subgroups tbody tr:not(.group)')].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(rows[0]).toEqual(['female', '30', '4', '0.68 (0.50 to 0.86)', '1.10 (0.60 to 1.80)']);
    expect(page).not.toContain('Performance in groups by sex');
    const { subgroups: _, ...older } = fixtureStudy().validation!;
    const without = renderReport(inputOf({ ...fixtureStudy(), validation: older }));
    expect(without).toContain('Performance in groups by sex, age or infarct location');
  });

  it('says which models were not fitted', () => {
    const study = fixtureStudy();
    const leftOut = ['Fine-Gray: the same model as Cox, for a reason'];
    const noted = renderReport(inputOf({ ...study, validation: { ...study.validation!, leftOut } }));
    expect(noted).toContain('Not fitted: Fine-Gray: the same model as Cox, for a reason.');
  });

  it('shows a study of one centre once', () => {
    const study = fixtureStudy();
    const { acrossCentres: _, groups, ...rest } = study.validation!;
    const one = renderReport(inputOf({ ...study, validation: { ...rest, groups: groups.slice(-1) } }));
    expect(parseHTML(one).document.querySelectorAll('.performance tbody').length).toBe(1);
    expect(one).toContain('One centre: measures across centres need at least two.');
    expect(one).not.toMatch(/All centres|by centre|within centres/);
  });

  it('shows each published score on those of whom it is known, and why not of the others', () => {
    const [row] = document.querySelectorAll('.scores tbody tr');
    const cells = [...row!.children].map((cell) => cell.textContent);
    expect(cells).toEqual([
      'Killip class',
      '117 (98 %), 21 events',
      'AUC at 730 days',
      '0.61 (0.51 to 0.71)',
      '0.72 (0.62 to 0.82)',
      '\u22120.11 (\u22120.21 to \u22120.01)',
    ]);
    expect(page).toContain('3 of 120; missing killip 3');
    expect(page).toContain('anyone: the abstract names the items, not their weights');
    expect(page).toContain('none: it publishes no risk at a horizon');
  });

  it('says how faithful the explanations are, to the subjects of training and to held-out ones', () => {
    const model = document.querySelector('#model')!.textContent;
    expect(model).toContain(
      '24 subjects it was trained on, risk at 24 months: deletion 1.00 points (0.40 to 1.60), p < 0.001, above random in 17, insertion 1.20 points (no interval)',
    );
    expect(model).toContain('24 held-out subjects, models of the validation');
    expect(model).toContain('deletion 1.00 points (\u22120.20 to 1.60), p 0.040');
    const study = fixtureStudy();
    const { faithfulness: _, ...older } = study.validation!;
    const card = { ...study.card!, faithfulness: null };
    expect(renderReport(inputOf({ ...study, card, validation: older }))).toContain(
      'faithfulness was not measured',
    );
  });

  it('has a line for every audit, found or not', () => {
    const lines = [...document.querySelectorAll('.audits li')].map((line) => line.textContent);
    expect(lines).toEqual([
      'Looked for one patient under two names in 120 subjects: none',
      'Looked for a predictor that alone orders the events in 5 predictors: 1: age: too well',
    ]);
  });

  it('draws figures that say in words what they show', () => {
    const figures = [...document.querySelectorAll('figure svg[role=img]')];
    expect(figures.length).toBe(9);
    for (const figure of figures) expect(figure.getAttribute('aria-label')!.length).toBeGreaterThan(40);
    expect(page).toContain('Numbers at risk. lowest third of risk: 40, ');
  });

  it('asks the network for nothing', () => {
    expect(page).not.toMatch(/<(script|link|iframe|object|embed)\b/i);
    expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:\/\/|url\(|@import/);
    expect(page).toContain('default-src &#39;none&#39;');
  });

  it('gives the same bytes for the same input', () => {
    expect(renderReport(inputOf(fixtureStudy()))).toBe(page);
  });
});

describe('a report of hostile inputs', () => {
  it('shows markup in names as text', () => {
    const input = inputOf(fixtureStudy({ hostile: true }));
    const hostileForecasts = input.forecasts.map((forecast) => ({ ...forecast, subject: hostileText }));
    const page = renderReport({ ...input, forecasts: hostileForecasts });
    const { document } = parseHTML(page);
    expect(document.querySelectorAll('script, img, [onerror]').length).toBe(0);
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<img');
    expect(document.querySelector('h1')!.textContent).toBe(hostileText);
  });
});

describe('a study folder', () => {
  it('is read back as it was written', async () => {
    const folder = await newFolder();
    await writeStudyFixture(folder);
    expect({ ...(await readStudyFolder(folder)), folder: '' }).toEqual(fixtureStudy());
  });

  it('without its pieces is refused with the verbs that make them', async () => {
    const checked = reportInput(await readStudyFolder(await newFolder()), '0.1.0');
    expect(checked.ok).toBe(false);
    expect(checked.issues.map(({ path }) => path)).toEqual([
      'dataset.json',
      'model.myocast',
      'validation/record.json',
    ]);
    expect(checked.issues[2]!.message).toContain('myocast validate');
  });

  it('with a broken piece names the place, and reads the rest', async () => {
    const folder = await newFolder();
    await writeStudyFixture(folder);
    await writeFile(join(folder, 'model.myocast'), '{"name":');
    await writeFile(join(folder, 'forecasts.json'), '[{"subject":3}]');
    const study = await readStudyFolder(folder);
    expect(study.card).toBeNull();
    expect(study.dataSet?.subjects.length).toBe(24);
    expect(study.issues.map(({ path }) => path)).toEqual(['forecasts.json', 'model.myocast']);
    expect(study.issues[0]!.message).toContain('0.subject');
    const checked = reportInput(study, '0.1.0');
    expect(checked.ok ? [] : checked.issues.map(({ kind }) => kind)).toEqual(['not-readable']);
  });

  it('gives a report file', async () => {
    const folder = await newFolder();
    await writeReport(inputOf(fixtureStudy()), join(folder, 'report', 'index.html'));
    expect(await readFile(join(folder, 'report', 'index.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });
});
