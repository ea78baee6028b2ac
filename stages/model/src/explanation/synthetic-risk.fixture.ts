import type { InputSet, ModelInput, RiskModel } from './risk-model.ts';

/** A risk model of columns alone, its risk a function of what is shown; references are rows of values. */
export function syntheticRisk(
  values: readonly (readonly (number | null)[])[],
  riskOf: (shown: readonly (number | null)[]) => number,
  references: readonly (readonly number[])[] = [],
): RiskModel {
  const p = values[0]!.length;
  const columns = Array.from({ length: p }, (_, j) => `x${j}`);
  const given = (subject: number) => [...Array(p).keys()].filter((j) => values[subject]![j] !== null);
  const risk = ({ subject, shown, hidden }: InputSet) => {
    const cells: (number | null)[] = Array.from({ length: p }, () => null);
    for (const [place, j] of given(subject).entries()) {
      const instead = typeof hidden === 'number' ? references[hidden]![j]! : null;
      cells[j] = shown[place] ? values[subject]![j]! : instead;
    }
    return riskOf(cells);
  };
  return {
    columns,
    segments: [],
    sequences: [],
    subjects: values.map((_, subject) => `s${subject}`),
    horizonDays: 365,
    references: references.length,
    hasMedian: false,
    inputsOf: (subject) =>
      given(subject).map((j): ModelInput => ({ kind: 'column', name: columns[j]!, source: 'clinical' })),
    async risk(sets) {
      return Float64Array.from(sets, risk);
    },
    async interval(sets) {
      return sets.map((set) => ({ risk: risk(set), low: 0.5 * risk(set), high: 0.5 + 0.5 * risk(set) }));
    },
  };
}
