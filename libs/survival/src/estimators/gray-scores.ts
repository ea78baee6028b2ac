import type { GroupedRiskTable } from './grouped-risk-table.ts';

/**
 * Scores of Gray's test in one stratum, and their covariance.
 *
 * With Y_k at risk in group k, S_k its survival of any event and F_k its incidence of the cause, both just
 * before day t, H_k = Y_k / S_k stands for those who were there at the start as far as censoring lets one see,
 * and R_k = H_k (1 - F_k) for those of them who may still have the event. Under one common incidence F,
 * which grows by d₁ / ΣH a day, the score of group i is
 *
 *   s_i = Σ_t (1 - F(t-))^rho (d_1i - d₁ R_i / ΣR),
 *
 * and an event of the cause in group k changes it by a_ik + t (C_ik - c_ik(t)), one of a competing cause by
 * u (C_ik - c_ik(t)), where a_ik = (1 - F(t-))^rho H_i (δ_ik - H_k / ΣH), c_ik(t) sums a_ik dF / (1 - F), C_ik is
 * its value at the end, u = (1 - F) / S_k(t) and t = 1 - u.
 *
 * Source: gray1988 (docs/references.bib).
 */
export function grayScores(
  table: GroupedRiskTable,
  rho: number,
): { score: Float64Array; covariance: Float64Array } {
  const { size, events } = table;
  const score = new Float64Array(size);
  const end = new Float64Array(size * size);
  walk(table, rho, ({ k, weight, ofCause, possible, allPossible, slope }) => {
    end.set(slope);
    if (ofCause === 0) return;
    for (let g = 0; g < size; g++)
      score[g]! += weight * (events[k * size + g]! - (ofCause * possible[g]!) / allPossible);
  });
  const covariance = new Float64Array(size * size);
  walk(table, rho, (day) => {
    if (day.ofCause > 0) addOfCause(covariance, end, table, day);
    addCompeting(covariance, end, table, day);
  });
  return { score, covariance };
}

/** What a day looks like; the arrays are overwritten on the next. */
interface Day {
  readonly k: number;
  /** (1 - F(t-))^rho */
  readonly weight: number;
  /** d₁ */
  readonly ofCause: number;
  /** ΣH */
  readonly allHere: number;
  /** [g] R, and its sum */
  readonly possible: Float64Array;
  readonly allPossible: number;
  /** F(t), this day included */
  readonly incidence: number;
  /** [g] S_k(t-) and S_k(t) */
  readonly survivalBefore: Float64Array;
  readonly survival: Float64Array;
  /** [g, g] a and c, this day included */
  readonly step: Float64Array;
  readonly slope: Float64Array;
}

function walk(table: GroupedRiskTable, rho: number, visit: (day: Day) => void): void {
  const { size, days, atRisk, events, anyEvents } = table;
  const survivalBefore = new Float64Array(size).fill(1);
  const survival = new Float64Array(size).fill(1);
  const incidences = new Float64Array(size);
  const [here, possible] = [new Float64Array(size), new Float64Array(size)];
  const [step, slope] = [new Float64Array(size * size), new Float64Array(size * size)];
  let incidence = 0;
  for (let k = 0; k < days.length; k++) {
    let [ofCause, allHere, allPossible] = [0, 0, 0];
    survivalBefore.set(survival);
    for (let g = 0; g < size; g++) {
      const n = atRisk[k * size + g]!;
      here[g] = n > 0 ? n / survival[g]! : 0;
      possible[g] = here[g]! * (1 - incidences[g]!);
      allHere += here[g]!;
      allPossible += possible[g]!;
      ofCause += events[k * size + g]!;
      if (n > 0) incidences[g]! += (survival[g]! * events[k * size + g]!) / n;
      if (n > 0) survival[g]! *= 1 - anyEvents[k * size + g]! / n;
    }
    const weight = (1 - incidence) ** rho;
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) {
        step[i * size + j] = weight * here[i]! * ((i === j ? 1 : 0) - here[j]! / allHere);
        if (ofCause > 0)
          slope[i * size + j]! += (step[i * size + j]! * ofCause) / (allHere * (1 - incidence));
      }
    incidence += ofCause / allHere;
    const sums = { k, weight, ofCause, allHere, allPossible, incidence };
    visit({ ...sums, possible, survivalBefore, survival, step, slope });
  }
}

/** Events of the cause: d₁ of them under the common incidence, spread over the groups by S_k / ΣH a subject. */
function addOfCause(
  covariance: Float64Array,
  end: Float64Array,
  { size, atRisk }: GroupedRiskTable,
  { k, ofCause, allHere, incidence, survivalBefore, survival, step, slope }: Day,
): void {
  for (let g = 0; g < size; g++) {
    const n = atRisk[k * size + g]!;
    if (n === 0) continue;
    const before = survivalBefore[g]!;
    const ties = ofCause > 1 ? 1 - (ofCause - 1) / (allHere * before - 1) : 1;
    const variance = (ties * before * ofCause) / (allHere * n);
    const later = survival[g]! > 0 ? 1 - (1 - incidence) / survival[g]! : 1;
    addSquare(covariance, size, variance, (i) => {
      const at = i * size + g;
      return step[at]! + later * (end[at]! - slope[at]!);
    });
  }
}

/** Competing events: those of each group by themselves. */
function addCompeting(
  covariance: Float64Array,
  end: Float64Array,
  { size, atRisk, events, anyEvents }: GroupedRiskTable,
  { k, incidence, survivalBefore, survival, slope }: Day,
): void {
  for (let g = 0; g < size; g++) {
    const n = atRisk[k * size + g]!;
    const d = anyEvents[k * size + g]! - events[k * size + g]!;
    if (!(survival[g]! > 0 && d > 0)) continue;
    const ties = d > 1 ? 1 - (d - 1) / (n - 1) : 1;
    const variance = (ties * survivalBefore[g]! ** 2 * d) / n ** 2;
    const later = (1 - incidence) / survival[g]!;
    addSquare(covariance, size, variance, (i) => later * (end[i * size + g]! - slope[i * size + g]!));
  }
}

function addSquare(
  covariance: Float64Array,
  size: number,
  variance: number,
  change: (i: number) => number,
): void {
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) covariance[i * size + j]! += variance * change(i) * change(j);
}
