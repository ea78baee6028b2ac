import { createSubject, type SimulationConfig } from '../../stages/simulation/src/cohort.ts';
import { causes, maceCauses } from '../../stages/simulation/src/outcome/causes.ts';
import {
  frailtySd,
  hazardTable,
  type Predictors,
  pieceEndsYears,
} from '../../stages/simulation/src/outcome/hazards.ts';

/** Abscissas and weights of Gauss-Hermite quadrature for a standard normal variable, 9 points (probabilists'). */
const nodes: readonly (readonly [z: number, weight: number])[] = [
  [-4.512745863, 2.2346e-5],
  [-3.205429003, 0.0027891413],
  [-2.076847979, 0.0499164068],
  [-1.023255664, 0.2440975029],
  [0, 0.4063492063],
  [1.023255664, 0.2440975029],
  [2.076847979, 0.0499164068],
  [3.205429003, 0.0027891413],
  [4.512745863, 2.2346e-5],
];

export interface Truth {
  /** What a forecast could rank by at best: log of the cumulative hazard of the first MACE to two years. */
  readonly oracle: number;
  /** Incidence of the first MACE by these years, over the frailty that no record shows. */
  readonly risk: (years: number) => number;
}

export function truthOf(config: SimulationConfig, subject: string): Truth {
  const { oracleLogHazard, predictors } = createSubject(config, subject);
  const risk = (years: number) =>
    nodes.reduce((sum, [z, weight]) => sum + weight * incidence(predictors, frailtySd * z, years), 0);
  return { oracle: oracleLogHazard, risk };
}

function incidence(predictors: Predictors, logFrailty: number, years: number): number {
  const hazards = hazardTable(predictors, logFrailty);
  let [alive, found, start] = [1, 0, 0];
  for (const [piece, end] of pieceEndsYears.entries()) {
    const span = Math.max(0, Math.min(years, end) - start);
    start = end;
    const all = hazards.reduce((sum, own) => sum + own[piece]!, 0);
    const mace = causes.reduce(
      (sum, cause, row) => sum + (maceCauses.some((name) => name === cause) ? hazards[row]![piece]! : 0),
      0,
    );
    const gone = alive * (1 - Math.exp(-all * span));
    found += (gone * mace) / all;
    alive -= gone;
  }
  return found;
}
