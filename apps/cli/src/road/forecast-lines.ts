import {
  type Bundle,
  curveAt,
  type Forecast,
  horizonsOf,
  intervalWords,
  missingItems,
  unusualWords,
  variableLabel,
} from '@myocast/model';
import { landmarkLines } from './landmarks.ts';

/** So many missing items are named in a line; all are in the record. */
const mostNamed = 5;

/** A forecast with the risks that are printed of it, and with what is missing as a reader calls it. */
export const withRisks = (bundle: Bundle) => (entry: Forecast) => ({
  ...entry,
  missingItems: missingItems(bundle, entry.missing),
  unusual: unusualWords(bundle, entry.distance),
  risks: horizonsOf(bundle.plan, entry.timesDays[0]).map(({ label, days }) => {
    const at = (curve: readonly number[]) => curveAt(entry.timesDays, curve, days);
    return {
      at: label,
      days: bundle.plan.timed ? days : null,
      [bundle.plan.compositeName]: at(entry.composite.risk),
      low: at(entry.composite.low),
      high: at(entry.composite.high),
      causes: Object.fromEntries(Object.entries(entry.incidence).map(([cause, curve]) => [cause, at(curve)])),
    };
  }),
});

/** What all forecasts of a bundle have in common, said once below them. */
export const closingLines = [`interval: ${intervalWords}`];

/**
 * A forecast for a person. Where it abstains that comes first, and each number is marked.
 *
 * @param notes what else is to be known before a number
 */
export function forecastLines(bundle: Bundle, entry: Forecast, notes: readonly string[] = []): string[] {
  const mark = entry.abstains ? ' [not to be relied on]' : '';
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const risks = horizonsOf(bundle.plan, entry.timesDays[0]).flatMap(({ label, days }) => {
    const at = (curve: readonly number[]) => percent(curveAt(entry.timesDays, curve, days));
    const { risk, low, high } = entry.composite;
    const causes = Object.entries(entry.incidence).map(([cause, curve]) => `${cause} ${at(curve)}`);
    return [
      `  ${label}: ${bundle.plan.compositeName} ${at(risk)} (90 % interval ${at(low)} to ${at(high)})${mark}`,
      ...(causes.length > 1 ? [`       ${causes.join(', ')}${mark}`] : []),
    ];
  });
  return [
    entry.subject,
    ...abstentionLines(bundle, entry),
    ...notes.map((note) => `  ${note}`),
    ...landmarkLines(entry),
    ...risks,
    ...placeLines(bundle, entry),
    ...missingLines(bundle, entry),
  ];
}

function abstentionLines(bundle: Bundle, { abstains }: Forecast): string[] {
  if (!abstains) return [];
  const needed = abstains.needed.map((variable) => variableLabel(bundle, variable));
  return [
    ...abstains.reasons.map(({ words }) => `  ABSTAINS, not to be relied on: ${words}`),
    ...(needed.length > 0 ? [`  to know of what is missing: ${needed.join(', ')}`] : []),
  ];
}

function placeLines(bundle: Bundle, { group, distance }: Forecast): string[] {
  const registered = group === null ? [] : [`  risk group: ${group} (${groupsText(bundle.plan)})`];
  if (!distance) return registered;
  const { percentile, known, of } = distance;
  const judged =
    known === of
      ? ''
      : ` by the ${known} of ${of} items that are known${2 * known < of ? ' (of the others nothing is said)' : ''}`;
  const unusual = unusualWords(bundle, distance).join('; ');
  return [
    ...registered,
    `  farther out than ${percentile.toFixed(0)} % of the patients trained on${judged}: ${unusual}`,
  ];
}

function missingLines(bundle: Bundle, { missing }: Forecast): string[] {
  const labels = missingItems(bundle, missing).map(({ label }) => label);
  if (labels.length === 0) return [];
  const more = labels.length > mostNamed ? ` and ${labels.length - mostNamed} more (--json lists all)` : '';
  return [`  missing, the most influential first: ${labels.slice(0, mostNamed).join(', ')}${more}`];
}

/** The registered groups in words: low below 10 %, intermediate below 20 %, high, of the risk at 730 days. */
function groupsText({ riskGroups }: Bundle['plan']): string {
  const { names, thresholds, horizonDays } = riskGroups!;
  const each = names.map((name, place) => {
    const limit = thresholds[place];
    return limit === undefined ? name : `${name} below ${Number((100 * limit).toPrecision(3))} %`;
  });
  return `${each.join(', ')}, by the risk at ${horizonDays} days`;
}
