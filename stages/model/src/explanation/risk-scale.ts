/** Where contributions add up: the risk itself, its log odds, or the log of its cumulative hazard. */
export const riskScales = ['risk', 'logit', 'log-cumulative-hazard'] as const;
export type RiskScale = (typeof riskScales)[number];

/** A risk of 0 or 1 is finite on every scale. */
const edge = 1e-9;

/**
 * A cumulative incidence on a scale: as it is; ln(F / (1 - F)); ln(-ln(1 - F)), whose hazard is
 * that of the subdistribution where causes compete.
 */
export function onRiskScale(risk: number, scale: RiskScale): number {
  if (scale === 'risk') return risk;
  const inside = Math.min(1 - edge, Math.max(edge, risk));
  return scale === 'logit' ? Math.log(inside / (1 - inside)) : Math.log(-Math.log1p(-inside));
}
