import { type Issue, issue } from '@myocast/base';
import type { PredictorColumn, PredictorTable } from '@myocast/predictors';
import { itemSources } from './item-sources.ts';
import { type GivenItems, isItemValue, type ItemName, itemNames, possibleValues } from './items.ts';
import { rowReader, variableOf } from './row-values.ts';

/** The items of n subjects, and where they came from. */
export interface ScoreInputs {
  readonly subjects: readonly string[];
  /** [n] */
  readonly given: readonly GivenItems[];
  /** Items that nothing in the table feeds, and no fact. */
  readonly notFed: readonly ItemName[];
  /** How many cells of an item are a fact, not a record. */
  readonly facts: { readonly [Name in ItemName]?: number };
  /** Values that an item cannot have: left out, the item is missing there. */
  readonly issues: readonly Issue[];
}

/**
 * The items of every subject of a predictor table. Nothing is filled in but `facts`: what is known of
 * every subject of the study (`studyFacts`) or is assumed by whoever asks. A recorded value goes before a fact.
 */
export function scoreInputs(table: PredictorTable, facts: GivenItems = {}): ScoreInputs {
  const read = rowReader(table);
  const issues: Issue[] = [];
  const factCells: { [Name in ItemName]?: number } = {};
  const given = table.subjects.map((subject, row) => {
    const values = read(row);
    const own: { [Name in ItemName]?: number } = {};
    for (const name of itemNames) {
      const found = itemSources[name].read(values);
      const isKnown = found !== null && isItemValue(name, found);
      if (found !== null && !isKnown) issues.push(notPossible(subject, name, found));
      const value = isKnown ? found : facts[name];
      if (value === undefined) continue;
      own[name] = value;
      if (!isKnown) factCells[name] = (factCells[name] ?? 0) + 1;
    }
    return own;
  });
  const fed = fedItems(table.columns, facts);
  return {
    subjects: table.subjects,
    given,
    notFed: itemNames.filter((name) => !fed.has(name)),
    facts: factCells,
    issues,
  };
}

/** The items that these columns or facts can give. */
export function fedItems(columns: readonly PredictorColumn[], facts: GivenItems = {}): ReadonlySet<ItemName> {
  const variables = new Set(columns.map(({ name }) => variableOf(name)));
  return new Set(
    itemNames.filter(
      (name) =>
        facts[name] !== undefined ||
        itemSources[name].from.some((set) => set.every((variable) => variables.has(variable))),
    ),
  );
}

/** The variables that no item of any score is read from. */
export function variablesWithoutItem(columns: readonly PredictorColumn[]): string[] {
  const used = new Set(
    itemNames.flatMap((name) => [...itemSources[name].from.flat(), ...(itemSources[name].sometimes ?? [])]),
  );
  return [...new Set(columns.map(({ name }) => variableOf(name)))].filter((variable) => !used.has(variable));
}

function notPossible(subject: string, name: ItemName, found: number): Issue {
  return issue(
    'bad-value',
    `${subject}: ${name}`,
    `expected ${possibleValues(name)}, found ${found}; taken as missing`,
  );
}
