import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import {
  aucFigure,
  calibrationFigure,
  countAtRisk,
  decisionFigure,
  rocFigure,
  type StepCurve,
  stepCurves,
} from './index.ts';

const hostile = '<script>alert(1)</script> & "quotes" \u0000\u0007\u202e\ud800 ]]>';

/** What a strict XML parser refuses: unbalanced or badly quoted tags, bare & and <, forbidden characters. */
function checkXml(text: string): void {
  expect(text).not.toMatch(
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udfff](?![\udc00-\udfff])/u,
  );
  const open: string[] = [];
  const body = text.replace(/^<\?xml [^?]*\?>\n/, '');
  let at = 0;
  for (const match of body.matchAll(/<(\/?)([A-Za-z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g)) {
    expect(body.slice(at, match.index)).not.toContain('<');
    at = match.index + match[0].length;
    const names = [...match[3]!.matchAll(/([\w:-]+)=/g)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
    if (match[1]) expect(open.pop()).toBe(match[2]);
    else if (!match[4]) open.push(match[2]!);
  }
  expect(body.slice(at).trim()).toBe('');
  expect(open).toEqual([]);
  expect(body).not.toMatch(/&(?!(#\d+|#x[0-9a-f]+|amp|lt|gt|quot|apos);)/);
  expect(text).not.toMatch(/NaN|undefined|Infinity|null/);
}

const followUp = { days: [1, 2, 2, 3, 5, 8], event: [1, 1, 0, 0, 1, 0] };
/** Kaplan-Meier of these six by hand: 5/6 on day 1, times 4/5 on day 2, times 1/2 on day 5. */
const curve: StepCurve = {
  name: 'six',
  days: [1, 2, 3, 5, 8],
  values: [5 / 6, 2 / 3, 2 / 3, 1 / 3, 1 / 3],
  low: [0.3, 0.2, 0.2, 0.05, 0.05],
  high: [0.97, 0.9, 0.9, 0.7, 0.7],
  censoredDays: [2, 3, 8],
  atRisk: (day) => countAtRisk(followUp, day),
};
const survival = { quantity: 'survival', timeLabel: 'days', valueLabel: 'Survival' } as const;

function partsOf(svg: string) {
  checkXml(svg);
  const { document } = parseHTML(svg);
  const texts = [...document.querySelectorAll('text')];
  const placeOf = (node: { getAttribute(name: string): string | null }) =>
    Number(node.getAttribute('x') ?? /translate\(([-\d.]+)/.exec(node.getAttribute('transform')!)![1]);
  return { document, texts, placeOf };
}

/** The corners of a path of straight lines. */
function cornersOf(path: string): [number, number][] {
  return [...path.matchAll(/[ML]([-\d.]+),([-\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
}

describe('step curves', () => {
  const svg = stepCurves([curve], survival);
  const { document, texts, placeOf } = partsOf(svg);
  const tickPlace = new Map(
    [...document.querySelectorAll('[aria-label="x-axis tick label"] text')].map((node) => [
      Number(node.textContent),
      placeOf(node),
    ]),
  );
  const height = new Map(
    [...document.querySelectorAll('[aria-label="y-axis tick label"] text')].map((node) => [
      Number(node.textContent) / 100,
      Number(/,([-\d.]+)\)/.exec(node.getAttribute('transform')!)![1]),
    ]),
  );
  const xOf = (day: number) => tickPlace.get(0)! + ((tickPlace.get(8)! - tickPlace.get(0)!) * day) / 8;
  const yOf = (share: number) => height.get(0)! + (height.get(1)! - height.get(0)!) * share;

  it('go down where the events are, and nowhere else', () => {
    const path = document.querySelector('[aria-label="line"] path')!.getAttribute('d')!;
    const corners = cornersOf(path);
    const expected: [number, number][] = [
      [0, 1],
      [1, 1],
      [1, 5 / 6],
      [2, 5 / 6],
      [2, 2 / 3],
      [3, 2 / 3],
      [3, 2 / 3],
      [5, 2 / 3],
      [5, 1 / 3],
      [8, 1 / 3],
      [8, 1 / 3],
    ];
    expect(corners.length).toBe(expected.length);
    for (const [at, [day, share]] of expected.entries()) {
      expect(Math.abs(corners[at]![0] - xOf(day))).toBeLessThan(0.02);
      expect(Math.abs(corners[at]![1] - yOf(share))).toBeLessThan(0.02);
    }
  });
  it('have a band between the ends of the intervals', () => {
    const corners = cornersOf(document.querySelector('[aria-label="area"] path')!.getAttribute('d')!);
    for (const share of [...Array.from(curve.low!), ...Array.from(curve.high!)])
      expect(corners.some(([, y]) => Math.abs(y - yOf(share)) < 0.02)).toBe(true);
  });
  it('have a tick at each censoring, after an event of the same day', () => {
    const ticks = [...document.querySelectorAll('[aria-label="vector"] path')].map((node) =>
      /translate\(([-\d.]+),([-\d.]+)\)/.exec(node.getAttribute('transform')!)!.slice(1).map(Number),
    );
    const expected = [
      [2, 2 / 3],
      [3, 2 / 3],
      [8, 1 / 3],
    ] as const;
    expect(ticks.length).toBe(3);
    for (const [at, [day, share]] of expected.entries()) {
      expect(Math.abs(ticks[at]![0]! - xOf(day))).toBeLessThan(0.02);
      expect(Math.abs(ticks[at]![1]! - yOf(share))).toBeLessThan(0.02);
    }
  });
  it('have the numbers at risk of the risk table under their ticks', () => {
    const heading = texts.findIndex((node) => node.textContent === 'Number at risk');
    const cells = texts.slice(heading + 1);
    expect([...tickPlace.keys()]).toEqual([0, 2, 4, 6, 8]);
    expect(cells.map((node) => node.textContent)).toEqual(['6', '5', '2', '1', '1']);
    for (const [k, cell] of cells.entries())
      expect(Math.abs(placeOf(cell) - [...tickPlace.values()][k]!)).toBeLessThan(0.02);
  });
  it('name several curves in a key and beside their numbers at risk, which stand clear of the names', () => {
    const several = [curve, { ...curve, name: 'a name that is far too long to stand beside the numbers' }];
    const { texts: words, placeOf: place, document: drawn } = partsOf(stepCurves(several, survival));
    expect(words.filter((node) => node.textContent === 'six').length).toBe(2);
    const cut = words.findLast((node) => node.textContent!.endsWith('…'))!;
    expect(place(cut) + cut.textContent!.length * 6).toBeLessThan(
      place(drawn.querySelector('[aria-label="x-axis tick label"] text')!),
    );
    const lines = [...drawn.querySelectorAll('[aria-label="line"]')];
    expect(new Set(lines.map((node) => node.getAttribute('stroke'))).size).toBe(2);
    expect(lines[1]!.getAttribute('stroke-dasharray')).toBe('7,3');
  });
  it('take the time in years', () => {
    const { document: years } = partsOf(stepCurves([curve], { ...survival, daysPerUnit: 4 }));
    const labels = [...years.querySelectorAll('[aria-label="x-axis tick label"] text')];
    expect(Number(labels.at(-1)!.textContent)).toBe(2);
  });
  it('give the same bytes again', () => {
    expect(stepCurves([curve], survival)).toBe(svg);
  });
  it('stand for everybody before the first event, and for nobody with an event', () => {
    const none = { name: 'none', days: [4], values: [1], atRisk: () => 1 };
    expect(partsOf(stepCurves([none], survival)).texts.length).toBeGreaterThan(5);
    const flat = stepCurves([{ ...none, values: [0] }], { ...survival, quantity: 'incidence' });
    expect(partsOf(flat).texts.length).toBeGreaterThan(5);
  });
});

describe('who is at risk', () => {
  it('are those who entered before and whose time has not passed, by their weights', () => {
    const subjects = { days: [5, 5, 9], entryDays: [0, 3, 4], weights: [1, 2, 4] };
    expect([0, 3, 4, 5, 6].map((day) => countAtRisk(subjects, day))).toEqual([7, 1, 3, 7, 4]);
  });
});

describe('the other figures', () => {
  const roc = rocFigure({
    name: hostile,
    title: hostile,
    sensitivity: [1, 0.8, 0.5],
    specificity: [0, 0.6, 1],
    area: 'AUC 0.78',
    cutPoint: { sensitivity: 0.8, specificity: 0.6, label: `${hostile} 2` },
  });
  const points = [0.1, 0.2, 0.5, 0.8].map((threshold) => ({ threshold, low: null, high: null }));
  const decision = decisionFigure({
    title: hostile,
    horizon: hostile,
    treatAll: points.map((point) => ({ ...point, netBenefit: 0.3 - point.threshold })),
    models: [
      {
        name: hostile,
        points: points.map((point) => ({ ...point, netBenefit: 0.3 - 0.3 * point.threshold })),
      },
      { name: 'unknown', points: points.map((point) => ({ ...point, netBenefit: null })) },
    ],
  });
  const calibration = calibrationFigure({
    title: hostile,
    name: hostile,
    horizon: hostile,
    groups: [
      { predicted: 0.1, observed: 0.2, low: 0.1, high: 0.3 },
      { predicted: 0.4, observed: null, low: null, high: null },
    ],
    curve: { predicted: [0, 0.4], observed: [0.1, 0.4], low: [0, 0.3], high: [0.2, 0.5] },
    risks: [0, 0.1, 0.1, 0.1, 0.4],
  });
  const auc = aucFigure({
    title: hostile,
    name: hostile,
    timeLabel: hostile,
    points: [
      { day: 10, auc: 0.7, low: 0.6, high: 0.8 },
      { day: 20, auc: null, low: null, high: null },
      { day: 30, auc: 0.3, low: null, high: null },
    ],
  });
  const steps = stepCurves([{ ...curve, name: hostile }, curve], {
    quantity: 'incidence',
    title: hostile,
    timeLabel: hostile,
    valueLabel: hostile,
  });

  it.each(Object.entries({ roc, decision, calibration, auc, steps }))(
    '%s is well-formed with hostile names, which stay text',
    (_, svg) => {
      const { document } = partsOf(svg);
      expect(document.querySelectorAll('script, [onload], foreignObject, image, style').length).toBe(0);
      expect(svg.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|url\(|\u202e/);
      expect(document.querySelector('title')!.textContent).toContain('<script>alert(1)</script>');
    },
  );
  it('roc goes from corner to corner', () => {
    const { document } = partsOf(roc);
    const [chance, own] = [...document.querySelectorAll('[aria-label="line"] path')].map((node) =>
      cornersOf(node.getAttribute('d')!),
    );
    expect([own![0], own!.at(-1)]).toEqual([chance![0], chance!.at(-1)]);
    expect(own!.length).toBe(4);
  });
  it('decision ends the line of treating all where it leaves the frame', () => {
    const { document } = partsOf(decision);
    const frame = [...document.querySelectorAll('[aria-label="frame"]')].map((node) =>
      Number(node.getAttribute('y2')),
    );
    const bottom = Math.max(...frame);
    const lines = [...document.querySelectorAll('[aria-label="line"] path')].map((node) =>
      cornersOf(node.getAttribute('d')!),
    );
    const all = lines[1]!;
    expect(Math.abs(all.at(-1)![1] - bottom)).toBeLessThan(0.02);
    // 0.3 - t is at the lower end of the axis, an eighth of its upper end below 0, where t = 0.3 + 0.3 / 8
    const [from, to] = [lines[0]![0]![0], lines[0]!.at(-1)![0]]; // 0 and 80 % on the line of treating none
    expect(Math.abs(all.at(-1)![0] - (from + ((to - from) * 0.3375) / 0.8))).toBeLessThan(0.02);
    for (const [, y] of lines.flat()) expect(y).toBeLessThan(bottom + 0.02);
    expect(lines[2]!.length).toBe(4);
  });
  it('calibration shows as many spikes as there are bins with risks, the fullest the highest', () => {
    const { document } = partsOf(calibration);
    const spikes = [...document.querySelectorAll('[aria-label="rule"]')][0]!.querySelectorAll('line');
    const heights = [...spikes].map((node) =>
      Math.abs(Number(node.getAttribute('y1')) - Number(node.getAttribute('y2'))),
    );
    expect(heights.length).toBe(3);
    expect(heights[1]! / heights[0]!).toBeCloseTo(3, 1);
    expect(document.querySelectorAll('[aria-label="dot"] circle').length).toBe(1);
  });
});
