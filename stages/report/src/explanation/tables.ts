import type { Explanation, RiskInterval } from '@myocast/model/explanation';
import { causeLabel, formatHorizon, formatNumber, formatPercent } from '../format.ts';
import { html, type Markup } from '../markup.ts';

/** Every contribution with its error: points of risk, log odds, and points of risk against training patients. */
export function contributionTable({
  variables,
  variablesAgainstTraining: training,
  labels,
}: Explanation): Markup {
  const [risk, logit] = [variables.scales[0]!, variables.scales[1]!];
  const order = [...risk.contributions.keys()].sort(
    (a, b) => Math.abs(risk.contributions[b]!.value) - Math.abs(risk.contributions[a]!.value) || a - b,
  );
  return html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Value</th><th scope="col" class="n">Points of risk<small>± standard error</small></th><th scope="col" class="n">Log odds<small>± standard error</small></th>${
    training === null
      ? null
      : html`<th scope="col" class="n">Against training patients<small>points of risk ± standard error</small></th>`
  }</tr></thead><tbody>${order.map((index) => {
    const { player } = risk.contributions[index]!;
    return html`<tr><th scope="row">${labels[player] ?? player}</th><td class="n">${withError(risk.contributions[index]!, 100)}</td><td class="n">${withError(logit.contributions[index]!, 1)}</td>${
      training === null
        ? null
        : html`<td class="n">${withError(training.scales[0]!.contributions[index]!, 100)}</td>`
    }</tr>`;
  })}</tbody></table></div>`;
}

function withError(
  { value, standardError }: { readonly value: number; readonly standardError: number },
  factor: number,
): string {
  const error = standardError > 0 ? ` ± ${(factor * standardError).toFixed(2)}` : '';
  return `${signed(factor * value, 2)}${error}`;
}

function signed(value: number, digits: number): string {
  const text = formatNumber(value, digits);
  return value > 0 ? `+${text}` : text;
}

/** The forecast without each test, and what the test changed. */
export function testTable({ tests, risk }: Explanation): Markup {
  const done = tests.flatMap(({ without, change, widthChange, test }) =>
    without === null || change === null || widthChange === null
      ? []
      : [{ test, without, change, widthChange }],
  );
  const others = tests.filter(({ without }) => without === null).map(({ test }) => test);
  const leftOut =
    others.length === 0
      ? null
      : html`<p class="none">Not done in this patient, or no input of the model: ${others.join(', ')}.</p>`;
  if (done.length === 0) return html`${leftOut}`;
  return html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Test</th><th scope="col" class="n">Risk without it</th><th scope="col" class="n">Change by it<small>points of risk</small></th><th scope="col" class="n">Change of the 90 % interval’s width<small>points; below zero it narrows</small></th></tr></thead><tbody>
<tr><th scope="row"><b>Everything known</b></th><td class="n">${interval(risk)}</td><td></td><td></td></tr>${done.map(
    ({ test, without, change, widthChange }) =>
      html`<tr><th scope="row">${test}</th><td class="n">${interval(without)}</td><td class="n">${signed(100 * change, 1)}</td><td class="n">${signed(100 * widthChange, 1)}</td></tr>`,
  )}</tbody></table></div>${leftOut}`;
}

function interval({ risk, low, high }: RiskInterval): Markup {
  return html`${formatPercent(risk)} <span class="interval">${formatPercent(low)} to ${formatPercent(high)}</span>`;
}

/** Who of the training patients is most alike, and what became of them. */
export function nearestTable({ nearest, composite, horizonDays }: Explanation): Markup {
  const { patients, events, incidence } = nearest!;
  const within = horizonDays === null ? '' : ` within ${formatHorizon(horizonDays)}`;
  const seen = `Of the ${patients.length} nearest, ${events} had ${composite}${within}`;
  const estimate =
    incidence === null
      ? 'none of them was followed so far that a share can be given'
      : `${formatPercent(incidence)} with those taken into account who were not followed so far`;
  return html`<p>${seen}; ${estimate}. So few patients are an illustration and no forecast. A distance of 1 is that of two training patients drawn at random.</p>
<table class="narrow"><thead><tr><th scope="col">Training patient</th><th scope="col" class="n">Distance</th><th scope="col" class="n">Followed for</th><th scope="col">Event</th></tr></thead><tbody>${patients.map(
    ({ index, distance, days, cause }) =>
      html`<tr><th scope="row">No. ${index + 1}</th><td class="n">${distance.toFixed(2)}</td><td class="n">${days === null ? '' : `${days} d`}</td><td>${cause === null ? 'none seen' : causeLabel(cause)}</td></tr>`,
  )}</tbody></table>`;
}
