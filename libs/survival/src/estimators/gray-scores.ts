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
  const { size, days, events } = table;
  const incidences = new Float64Array(size);
  const here = new Float64Array(size);
  const day = {
    k: 0,
    weight: 1,
    ofCause: 0,
    allHere: 0,
    possible: new Float64Array(size),
    allPossible: 0,
    incidence: 0,
    survivalBefore: new Float64Array(size).fill(1),
    survival: new Float64Array(size).fill(1),
    step: new Float64Array(size * size),
    slope: new Float64Array(size * size),
  };
  for (let k = 0; k < days.length; k++) {
    day.k = k;
    day.survivalBefore.set(day.survival);
    enterDay(day, table, here, incidences);
    day.ofCause = 0;
    day.allHere = 0;
    day.allPossible = 0;
    for (let g = 0; g < size; g++) {
      day.ofCause += events[k * size + g]!;
      day.allHere += here[g]!;
      day.allPossible += day.possible[g]!;
    }
    day.weight = rho === 0 ? 1 : (1 - day.incidence) ** rho;
    const growth = day.ofCause / day.allHere;
    const perWeight = growth > 0 ? growth / (1 - day.incidence) : 0;
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) {
        const a = day.weight * here[i]! * ((i === j ? 1 : 0) - here[j]! / day.allHere);
        day.step[i * size + j] = a;
        day.slope[i * size + j]! += a * perWeight;
      }
    day.incidence += growth;
    visit(day);
  }
}

/** Takes each group through the day: H and R before it, S and F_k after it. */
function enterDay(
  { k, possible, survival }: Day,
  { size, atRisk, events, anyEvents }: GroupedRiskTable,
  here: Float64Array,
  incidences: Float64Array,
): void {
  for (let g = 0; g < size; g++) {
    const n = atRisk[k * size + g]!;
    here[g] = n > 0 ? n / survival[g]! : 0;
    possible[g] = here[g]! * (1 - incidences[g]!);
    if (n === 0) continue;
    incidences[g]! += (survival[g]! * events[k * size + g]!) / n;
    survival[g]! *= 1 - anyEvents[k * size + g]! / n;
  }
}

/** Events of the cause: d₁ of them under the common incidence, spread over the groups by S_k / ΣH a subject. */
function addOfCause(
  covariance: Float64Array,
  end: Float64Array,
  { size, atRisk }: GroupedRiskTable,
  { k, ofCause, allHere, incidence, survivalBefore, survival, step, slope }: Day,
): void {
  const change = new Float64Array(size);
  for (let g = 0; g < size; g++) {
    const n = atRisk[k * size + g]!;
    if (n === 0) continue;
    const before = survivalBefore[g]!;
    const ties = ofCause > 1 ? 1 - (ofCause - 1) / (allHere * before - 1) : 1;
    const variance = (ties * before * ofCause) / (allHere * n);
    const later = survival[g]! > 0 ? 1 - (1 - incidence) / survival[g]! : 1;
    for (let i = 0; i < size; i++) {
      const at = i * size + g;
      change[i] = step[at]! + later * (end[at]! - slope[at]!);
    }
    addSquare(covariance, change, variance);
  }
}

/** Competing events: those of each group by themselves. */
function addCompeting(
  covariance: Float64Array,
  end: Float64Array,
  { size, atRisk, events, anyEvents }: GroupedRiskTable,
  { k, incidence, survivalBefore, survival, slope }: Day,
): void {
  const change = new Float64Array(size);
  for (let g = 0; g < size; g++) {
    const n = atRisk[k * size + g]!;
    const d = anyEvents[k * size + g]! - events[k * size + g]!;
    if (!(survival[g]! > 0 && d > 0)) continue;
    const ties = d > 1 ? 1 - (d - 1) / (n - 1) : 1;
    const variance = (ties * survivalBefore[g]! ** 2 * d) / n ** 2;
    const later = (1 - incidence) / survival[g]!;
    for (let i = 0; i < size; i++) change[i] = later * (end[i * size + g]! - slope[i * size + g]!);
    addSquare(covariance, change, variance);
  }
}

/** What one more event would change in the scores, squared, as often as it varies. */
function addSquare(covariance: Float64Array, change: Float64Array, variance: number): void {
  const size = change.length;
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) covariance[i * size + j]! += variance * change[i]! * change[j]!;
}
