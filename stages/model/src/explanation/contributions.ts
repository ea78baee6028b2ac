import type { Random } from '@myocast/base';
import type { Player } from './players.ts';
import { allBut, type InputSet, type RiskModel, type Substitute } from './risk-model.ts';
import { onRiskScale, type RiskScale, riskScales } from './risk-scale.ts';
import { type Coalition, type Game, shapley, type ShapleyValues } from './shapley.ts';

/** What stands in for the inputs of absent players: the missing state, or each of these training rows in turn. */
export type Background = 'missing' | 'references';

export interface ContributionConfig {
  /** Antithetic pairs of random orders, where enumeration would take more */
  readonly pairs: number;
  readonly background: Background;
}

export const contributionDefaults: ContributionConfig = { pairs: 32, background: 'missing' };

export interface Contribution {
  readonly player: string;
  readonly value: number;
  /** Of the sampling; 0 where exact */
  readonly standardError: number;
}

/** How the forecast of a subject comes about, on one scale: base + contributions = total. */
export interface ScaleContributions {
  readonly scale: RiskScale;
  /** Of a subject of whom no player is known */
  readonly base: number;
  /** The subject's own, on this scale */
  readonly total: number;
  readonly contributions: readonly Contribution[];
}

export interface Contributions {
  readonly background: Background;
  readonly method: 'exact' | 'sampled';
  readonly pairs: number;
  readonly evaluations: number;
  readonly scales: readonly ScaleContributions[];
}

/** What base + contributions may differ from the risk asked for by itself: single precision in batches of another size. */
const identityTolerance = 1e-4;

/**
 * Shapley values of groups of a subject's inputs on the absolute risk at the horizon, its log
 * odds and its log cumulative hazard, from the same coalitions. Inputs that are in no player
 * are always shown. What a subject does not have is in no player and gets no contribution.
 *
 * With the missing state as background an absent input is one that was not measured. With
 * references it is that of a training row, whatever the subject's other inputs are
 * (the interventional expectation): combinations that no patient has may be asked for.
 *
 * @throws RangeError for references that the model does not have; Error when the contributions do not add up
 *   to the risk that the model gives when asked for the subject alone
 *
 * Source: lundberg2017, janzing2020 (docs/references.bib).
 */
export async function contributions(
  model: RiskModel,
  subject: number,
  players: readonly Player[],
  config: ContributionConfig,
  random: Random,
): Promise<Contributions> {
  const game = gameOf(model, subject, players, config.background);
  const { method, pairs, evaluations, scales } = await shapley(game, config.pairs, random);
  const [alone] = await model.risk([{ subject, shown: allBut(model, subject), hidden: 'missing' }]);
  for (const [index, values] of scales.entries()) checkSum(values, onRiskScale(alone!, riskScales[index]!));
  return {
    background: config.background,
    method,
    pairs,
    evaluations,
    scales: scales.map(({ base, total, values, standardErrors }, index) => ({
      scale: riskScales[index]!,
      base,
      total,
      contributions: players.map(({ name }, player) => ({
        player: name,
        value: values[player]!,
        standardError: standardErrors[player]!,
      })),
    })),
  };
}

function checkSum({ base, values }: ShapleyValues, alone: number) {
  const sum = values.reduce((total, value) => total + value, base);
  if (!(Math.abs(sum - alone) <= identityTolerance * (1 + Math.abs(alone))))
    throw new Error(`contributions: expected base and contributions to add up to ${alone}, found ${sum}`);
}

/** The game whose players are groups of a subject's inputs, on all scales. */
export function gameOf(
  model: RiskModel,
  subject: number,
  players: readonly Player[],
  background: Background,
): Game {
  if (background === 'references' && model.references === 0)
    throw new RangeError('contributions: expected a model with references, got one without');
  const all = allBut(model, subject);
  const setOf = ({ members, reference }: Coalition): InputSet => {
    const shown = all.slice();
    for (const [player, { inputs }] of players.entries()) {
      if (!members[player]) for (const input of inputs) shown[input] = 0;
    }
    const hidden: Substitute = background === 'missing' ? 'missing' : reference;
    return { subject, shown, hidden };
  };
  return {
    players: players.length,
    references: background === 'missing' ? 1 : model.references,
    async values(coalitions) {
      const risk = await model.risk(coalitions.map(setOf));
      return riskScales.map((scale) => risk.map((value) => onRiskScale(value, scale)));
    },
  };
}
