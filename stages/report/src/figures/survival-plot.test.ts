import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { fixtureStudy } from '../fixtures/index.ts';
import { survivalPlot } from './survival-plot.ts';

const groups = fixtureStudy().validation!.riskGroups;
const plotOf = () => parseHTML(`<!doctype html><body>${survivalPlot(groups, null).markup}</body>`).document;

/** The corners of a path of straight lines. */
function cornersOf(path: string): [number, number][] {
  return [...path.matchAll(/[ML]([-\d.]+),([-\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
}

describe('the curves of the risk groups', () => {
  it('end where fewer than 10 are at risk, and say so', () => {
    const document = plotOf();
    const ends = [...document.querySelectorAll('[aria-label="line"] path')].map(
      (path) => cornersOf(path.getAttribute('d')!).at(-1)!,
    );
    // The last two of 41 times are of three subjects: the drop to 20 % is not drawn.
    expect(new Set(ends.map(([x]) => x)).size).toBe(1);
    const bands = document.querySelectorAll('[aria-label="area"] path');
    expect(bands.length).toBe(3);
    expect(document.querySelector('svg')!.getAttribute('aria-label')).toContain(
      'lowest third of risk: 95 % free of an event at 56 months',
    );
    expect(document.querySelector('figcaption')!.textContent).toContain(
      'Each curve ends where fewer than 10 are at risk',
    );
    expect(document.querySelector('figcaption')!.textContent).toContain('95 % intervals');
  });

  it('keep the names of the numbers at risk within the drawing', () => {
    const [, table] = plotOf().querySelectorAll('svg');
    const names = table!.querySelector('[aria-label="y-axis tick label"]')!;
    const start = Number(/translate\(([-\d.]+)/.exec(names.getAttribute('transform')!)![1]);
    const widest = 'highest third of risk'.length * 5.6;
    const [first] = names.querySelectorAll('text');
    const own = Number(/translate\(([-\d.]+)/.exec(first!.getAttribute('transform') ?? '')?.[1] ?? 0);
    expect(start + own - widest).toBeGreaterThan(0);
  });

  it('count from what the protocol calls time zero', () => {
    expect(survivalPlot(groups, 'hospital admission').markup).toContain('>Months after hospital admission');
    expect(survivalPlot(groups, null).markup).toContain('>Months from time zero');
  });
});
