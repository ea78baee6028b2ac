import { type Bundle, curveAt, type Forecast } from '@myocast/model';
import { landmarkLines } from './landmarks.ts';

/** 1, 2 and 5 years as far as anyone was followed, and the end of follow-up. */
export function horizonsOf({ plan }: Bundle, from = 0): { label: string; days: number }[] {
  const end = plan.intervalEnds.at(-1)!;
  if (!plan.timed) return [{ label: 'risk', days: end }];
  const years = [1, 2, 5].map((year) => ({ label: `${year} y`, days: year * 365.25 }));
  const within = years.filter(({ days }) => days <= end && days > from);
  return within.length > 0 ? within : [{ label: `${end} d`, days: end }];
}

/** A forecast with the risks that are printed of it. */
export const withRisks = (bundle: Bundle) => (entry: Forecast) => ({
  ...entry,
  risks: horizonsOf(bundle, entry.timesDays[0]).map(({ label, days }) => {
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

/** A forecast for a person. */
export function forecastLines(bundle: Bundle, entry: Forecast): string[] {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const { missing } = entry;
  const risks = horizonsOf(bundle, entry.timesDays[0]).flatMap(({ label, days }) => {
    const at = (curve: readonly number[]) => percent(curveAt(entry.timesDays, curve, days));
    const { risk, low, high } = entry.composite;
    const causes = Object.entries(entry.incidence).map(([cause, curve]) => `${cause} ${at(curve)}`);
    return [
      `  ${label}: ${bundle.plan.compositeName} ${at(risk)} (90 % interval ${at(low)} to ${at(high)})`,
      ...(causes.length > 1 ? [`       ${causes.join(', ')}`] : []),
    ];
  });
  const absent = missing.length > 0 ? [`  missing: ${missing.join(', ')}`] : [];
  return [entry.subject, ...landmarkLines(entry), ...risks, ...cautionLines(bundle, entry), ...absent];
}

function cautionLines({ plan }: Bundle, { abstains, group, distance }: Forecast): string[] {
  const far = distance?.far.map(({ name, deviation }) => `${name} ${deviation.toFixed(1)} SD`).join(', ');
  return [
    ...(abstains ? [`  ABSTAINS, not to be relied on: ${abstains.words}`] : []),
    ...(group === null ? [] : [`  risk group: ${group} (${groupsText(plan)})`]),
    ...(distance
      ? [`  farther out than ${distance.percentile.toFixed(0)} % of the patients trained on: ${far}`]
      : []),
  ];
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
