import type { FollowUp } from '@myocast/survival';
import { compareConcordance } from '@myocast/survival/performance';
import { absent } from './absent.ts';
import type { OutOfFold } from './cross-validation.ts';
import type { ComparedModel, Estimate } from './records.ts';

const fewestEvents = 2;

/**
 * Harrell's C of the leading model less that of each other model, on the same held-out subjects: over all pairs, and
 * over pairs of one centre, where the predictions of different fitted models are not mixed. The interval is of the
 * differences of the subjects' influences, ± 1.96 standard errors, without resampling.
 *
 * @param centres [n]; with one centre there is no difference within centres
 *
 * Source: therneau2020 (docs/references.bib).
 */
export function compareModels(
  [leading, ...others]: readonly [OutOfFold, ...OutOfFold[]],
  followUp: FollowUp,
  centres: readonly string[],
): readonly ComparedModel[] {
  const names = [...new Set(centres)];
  const strata = Int32Array.from(centres, (centre) => names.indexOf(centre));
  const events = followUp.event.filter((code) => code === 1).length;
  const difference = (risk: Float64Array, options: { readonly strata?: Int32Array }): Estimate => {
    const compared =
      events < fewestEvents ? null : compareConcordance('harrell', leading.risk, risk, followUp, options);
    if (compared === null)
      return absent(`expected pairs and at least ${fewestEvents} events, found ${events}`);
    return { value: compared.difference, low: compared.low, high: compared.high };
  };
  return others.map(({ name, label, risk }) => ({
    model: name,
    label,
    difference: difference(risk, {}),
    ...(names.length > 1 ? { withinCentres: difference(risk, { strata }) } : {}),
  }));
}
