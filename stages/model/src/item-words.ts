import type { Bundle } from './bundle/bundle-bytes.ts';
import { variableOf } from './comparators/column-sets.ts';
import { variableShares } from './missing-share.ts';
import type { Forecast, PredictorDefinition } from './records.ts';

// What a reader calls the items of a model, in place of the names of its columns.

/** Something that the model knows and a subject lacks; a category is one item. */
export interface MissingItem {
  /** As a patient's record names it */
  readonly name: string;
  readonly label: string;
  /** Of the variance of the linear path that it carries, 0 to 1 */
  readonly share: number;
}

type Named = Pick<Bundle, 'plan' | 'card'>;

/** Label of a variable: that of its column, without the category. */
export function variableLabel({ card }: Pick<Named, 'card'>, variable: string): string {
  const own = card.predictors.find((entry) => entry.variable === variable);
  return own ? labelOf(own) : variable;
}

function labelOf({ label, category }: PredictorDefinition): string {
  return category === null ? label : label.replace(/\s*[:=][^:=]*$/, '');
}

/** The items of a forecast's list of what is missing, each once, those that carry most first. */
export function missingItems(bundle: Named, missing: readonly string[]): readonly MissingItem[] {
  const { scaler } = bundle.plan;
  const shares = new Map(
    variableShares(bundle.plan, new Uint8Array(scaler.columns.length)).map(({ variable, share }) => [
      variable,
      share,
    ]),
  );
  const items = new Map<string, MissingItem>();
  for (const entry of missing) {
    const item = itemOf(bundle, shares, entry);
    items.set(item.name, item);
  }
  return [...items.values()].sort((a, b) => b.share - a.share);
}

function itemOf(bundle: Named, shares: ReadonlyMap<string, number>, entry: string): MissingItem {
  const { columns, segments, slices } = bundle.plan.scaler;
  if (columns.some(({ name }) => name === entry)) {
    const name = variableOf(entry);
    return { name, label: variableLabel(bundle, name), share: shares.get(name) ?? 0 };
  }
  if (segments.some(({ name }) => name === entry))
    return { name: entry, label: `${entry} by segment`, share: 0 };
  if (slices.some(({ kind }) => kind === entry)) return { name: entry, label: `${entry} images`, share: 0 };
  return { name: entry, label: entry, share: 0 };
}

/** What is farthest from the training patients, in words: `Age 2.1 SD above their mean`, `Shock: yes, of 3 % of them`. */
export function unusualWords(bundle: Named, distance: Forecast['distance']): readonly string[] {
  return (distance?.far ?? []).map(({ name, deviation }) => {
    const definition = bundle.card.predictors.find(({ column }) => column === name);
    const scale = bundle.plan.scaler.columns.find((entry) => entry.name === name);
    if (definition?.kind === 'binary' && scale && !scale.log)
      return yesOrNo(definition, deviation > 0, scale.mean);
    const label = definition?.label ?? name;
    return `${label} ${Math.abs(deviation).toFixed(1)} SD ${deviation < 0 ? 'below' : 'above'} their mean`;
  });
}

/** @param share of the training patients with a yes */
function yesOrNo(definition: PredictorDefinition, yes: boolean, share: number): string {
  const percent = 100 * (yes ? share : 1 - share);
  const { category } = definition;
  const answer = category === null ? (yes ? 'yes' : 'no') : `${yes ? '' : 'not '}${category}`;
  return `${labelOf(definition)}: ${answer}, as ${percent < 1 ? percent.toFixed(1) : percent.toFixed(0)} % of them`;
}
