import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { renderCohortPage } from './page.ts';
import type { CohortRecord, CohortRow } from './record.ts';

const row = (given: Partial<CohortRow>): CohortRow => ({
  group: 'marginal',
  name: 'age, mean',
  value: 58.69,
  low: 58.51,
  high: 58.87,
  goal: '58.5 ± 0.575',
  published: 58.5,
  from: 57.92,
  to: 59.08,
  source: 'DOMAIN B1',
  met: true,
  ...given,
});
const hostile = '<script>alert(1)</script>';
const record: CohortRecord = {
  date: '2026-01-01',
  config: { patients: 1000, centres: 10, seed: 1 },
  test: { patients: 500, centres: 5 },
  courses: 6,
  costMs: 0.5,
  rows: [
    row({}),
    row({ group: 'discrimination', name: 'oracle C first MACE', value: 0.7951, goal: '0.77 to 0.82' }),
    row({
      group: 'discrimination',
      name: 'best C by clinical and summary CMR variables, Cox',
      value: 0.7612,
    }),
    row({ group: 'discrimination', name: 'best C by summary CMR variables, Cox', value: 0.6212 }),
    row({ group: 'event rate', name: 'first MACE, 60 months', value: 0.2485 }),
    row({
      group: 'hazard ratio',
      name: 'MVO, death',
      value: 1.09,
      low: 1.08,
      high: 1.1,
      from: 1.09,
      to: 1.19,
    }),
    row({ group: 'hazard ratio', name: 'salvage, MACE', value: 0.985, low: 0.97, high: 0.99, met: false }),
    row({
      group: 'correlation',
      name: 'mvo and risk',
      value: -0.57,
      low: -0.6,
      high: -0.55,
      published: -0.5,
    }),
    row({ group: 'selection', name: hostile, goal: 'reported', published: null, from: null, to: null }),
    row({ group: 'missing', name: 'NT-proBNP', met: false }),
    row({ group: 'missing', name: 'hs-CRP', value: 57.9, low: 57.8, high: 58 }),
  ],
  misfits: { 'salvage, MACE': 'Infarct size is followed.' },
  flow: { screened: 2200, excluded: { 'I4 Killip IV': 1200 }, enrolled: 1000 },
  curves: [
    {
      label: 'First MACE',
      points: [0, 30, 60].map((month) => ({
        month,
        value: month / 240,
        low: month / 250,
        high: month / 230,
      })),
      published: [{ month: 60, value: 0.25 }],
    },
  ],
  distributions: [
    {
      label: 'MVO, %LV',
      among: 'of 44 % with MVO',
      logarithmic: true,
      bins: [
        { from: 0.1, to: 1, simulated: 0.3, published: 0.28 },
        { from: 1, to: 10, simulated: 0.7, published: 0.72 },
      ],
      source: 'lognormal',
    },
  ],
};

describe('the page of the virtual cohort', () => {
  const page = renderCohortPage(record);
  const { document } = parseHTML(page);
  const rowsOf = (id: string) =>
    [...document.querySelectorAll(`#${id} tbody tr`)].map((line) =>
      [...line.querySelectorAll('th, td')].map((cell) => cell.textContent),
    );

  it('puts each published number beside the simulated one and its error', () => {
    expect(rowsOf('marginal')).toEqual([
      ['age, mean', '58.7 58.5 to 58.9', '58.5 ± 0.575', 'yes', 'DOMAIN B1'],
    ]);
    expect(rowsOf('correlation')[0]![1]).toBe('−0.57 −0.6 to −0.55');
    const shown = document.querySelectorAll('section:not(#misfits):not(#flow) tbody tr').length;
    expect(shown).toBe(record.rows.length);
  });

  it('says why what does not fit does not, and what nobody has explained', () => {
    expect(rowsOf('misfits').map(([name, , , why]) => [name, why])).toEqual([
      ['salvage, MACEDOMAIN B1', 'Infarct size is followed.'],
      ['NT-proBNPDOMAIN B1', 'not explained'],
    ]);
  });

  it('judges what was published alone, and takes the best of the summaries', () => {
    const figures = [...document.querySelectorAll('.headline b')].map((entry) => entry.textContent);
    expect(figures).toEqual(['8 of 10', '0.80', '0.76']);
    expect(rowsOf('selection')[0]!.slice(2, 4)).toEqual(['reported', '']);
    expect(rowsOf('missing').map(([name, , , fits]) => [name, fits])).toEqual([
      ['NT-proBNP', 'no'],
      ['hs-CRP', 'within its error'],
    ]);
  });

  it('draws a figure in words too, and lets no name become markup', () => {
    const said = [...document.querySelectorAll('svg[role=img]')].map((svg) => svg.getAttribute('aria-label'));
    expect(said).toEqual([
      'First MACE: 25 % at 60 months; published 25 % at 60 months.',
      'Hazard ratios of 2 effects: 1 meet the published interval.',
      'MVO, %LV: 2.0 % of the simulated lie in other steps than the published distribution has them.',
      '1 correlations, 1 of them within 0.06 of the published one.',
    ]);
    expect(page).not.toContain(hostile);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
    expect(document.querySelector('.banner')!.textContent).toContain('not findings about real ones');
  });
});
