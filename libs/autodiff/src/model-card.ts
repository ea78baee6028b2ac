import { canonicalJson } from '@myocast/base';
import type { GraphProto, ValueInfo } from './onnx.ts';

/** What a model is, where it comes from, and what its numbers mean: written into the ONNX file itself. */
export interface ModelCard {
  readonly name: string;
  readonly description: string;
  /** SPDX identifier, such as "Apache-2.0". */
  readonly licence: string;
  readonly provenance: Provenance;
  /** By the names the graph has, all of them and no others. */
  readonly inputs: Readonly<Record<string, TensorCard>>;
  readonly outputs: Readonly<Record<string, TensorCard>>;
}
export interface Provenance {
  /** What it was trained on, in words or as a content hash. */
  readonly data: string;
  readonly codeVersion: string;
  /** SHA-256, hexadecimal, of the record that training wrote. */
  readonly trainingRecordHash: string;
}
export interface TensorCard {
  /** One name an axis, such as ['n', 'c', 'y', 'x']; none for a scalar. */
  readonly axes: readonly string[];
  /** UCUM code, such as "mm" or "mL"; "1" for a pure number. */
  readonly unit: string;
  readonly description: string;
  /** Smallest and largest valid value, where known; null where there is no bound. */
  readonly range?: readonly [low: number | null, high: number | null] | undefined;
}

/** The keys of metadata_props that hold a card: words as they are, records as canonical JSON. */
export const cardKeys = [
  'card.name',
  'card.description',
  'card.licence',
  'card.provenance',
  'card.inputs',
  'card.outputs',
] as const;

/** A card as metadata_props. */
export function cardMetadata(card: ModelCard): Record<string, string> {
  const { name, description, licence, provenance, inputs, outputs } = card;
  const values = [
    name,
    description,
    licence,
    canonicalJson(provenance),
    canonicalJson(inputs),
    canonicalJson(outputs),
  ];
  return Object.fromEntries(cardKeys.map((key, place) => [key, values[place]!]));
}

/**
 * The card among metadata_props; null where there is none.
 *
 * @throws Error in one line when it is not whole
 */
export function readCard(
  metadata: Readonly<Record<string, string>>,
  names: { readonly inputs: readonly string[]; readonly outputs: readonly string[] },
): ModelCard | null {
  if (!cardKeys.some((key) => key in metadata)) return null;
  const [name, description, licence, provenance, inputs, outputs] = cardKeys.map((key) => metadata[key]);
  const card = {
    name,
    description,
    licence,
    provenance: parse(provenance),
    inputs: parse(inputs),
    outputs: parse(outputs),
  };
  const fault = cardFault(card, names);
  if (fault !== null) throw new Error(`card.${fault}`);
  return card as unknown as ModelCard;
}

/** The graph with what the card says of each input and output. @throws RangeError when the card does not fit the graph */
export function describe(graph: GraphProto, card: ModelCard): GraphProto {
  const names = (values: readonly ValueInfo[]) => values.map(({ name }) => name);
  const fault =
    cardFault(card, { inputs: names(graph.inputs), outputs: names(graph.outputs) }) ??
    rankFault('inputs', graph.inputs, card.inputs) ??
    rankFault('outputs', graph.outputs, card.outputs);
  if (fault !== null) throw new RangeError(`exportOnnx: card.${fault}`);
  const documented = (values: readonly ValueInfo[], cards: ModelCard['inputs']) =>
    values.map((value) => ({ ...value, documentation: tensorText(value, cards[value.name]!) }));
  return {
    ...graph,
    name: card.name,
    inputs: documented(graph.inputs, card.inputs),
    outputs: documented(graph.outputs, card.outputs),
  };
}

/** The card in words, for a reader of the file. */
export function cardText({ description, licence, provenance }: ModelCard): string {
  const { data, codeVersion, trainingRecordHash } = provenance;
  return `${description}\nLicence: ${licence}\nTrained on: ${data}\nCode: ${codeVersion}\nTraining record: ${trainingRecordHash}`;
}

/** "[n=batch, c=1, y=16, x=16], unit 1, 0 to 1: the image". */
function tensorText({ shape }: ValueInfo, { axes, unit, description, range }: TensorCard): string {
  const sizes = axes.map((axis, place) => `${axis}=${shape[place]}`).join(', ');
  const bounds = range ? `, ${range[0] ?? 'no lower bound'} to ${range[1] ?? 'no upper bound'}` : '';
  return `[${sizes}], unit ${unit}${bounds}: ${description}`;
}

function rankFault(kind: string, values: readonly ValueInfo[], cards: ModelCard['inputs']): string | null {
  const wrong = values.find(({ name, shape }) => cards[name]!.axes.length !== shape.length);
  return wrong
    ? `${kind}.${wrong.name}.axes: expected ${wrong.shape.length} names, got ${cards[wrong.name]!.axes.length}`
    : null;
}

type Named = Readonly<Record<string, unknown>>;

/** The first thing wrong with a card, as "path: expected …, got …"; null when it is whole. */
function cardFault(
  card: Named | ModelCard,
  names: { readonly inputs: readonly string[]; readonly outputs: readonly string[] },
): string | null {
  const { name, description, licence, provenance, inputs, outputs } = card as Named;
  return (
    wordsFault('', { name, description, licence }) ??
    (isRecord(provenance) ? null : 'provenance: expected a record') ??
    wordsFault('provenance.', only(provenance as Named, ['data', 'codeVersion', 'trainingRecordHash'])) ??
    tensorsFault('inputs', inputs, names.inputs) ??
    tensorsFault('outputs', outputs, names.outputs)
  );
}

function tensorsFault(kind: string, cards: unknown, names: readonly string[]): string | null {
  if (!isRecord(cards)) return `${kind}: expected a record`;
  const missing = names.find((name) => !Object.hasOwn(cards, name));
  if (missing !== undefined) return `${kind}: expected "${missing}", which the graph has, got none`;
  const unknown = Object.keys(cards).find((name) => !names.includes(name));
  if (unknown !== undefined)
    return `${kind}: "${unknown}" is not in the graph, which has ${names.join(', ') || 'none'}`;
  for (const name of names) {
    const fault = tensorFault(`${kind}.${name}.`, cards[name]);
    if (fault !== null) return fault;
  }
  return null;
}

function tensorFault(path: string, card: unknown): string | null {
  if (!isRecord(card)) return `${path}: expected a record`;
  const { axes, range } = card;
  if (!Array.isArray(axes) || axes.some((axis) => typeof axis !== 'string' || axis === ''))
    return `${path}axes: expected a list of names such as ["n", "c", "y", "x"], got ${JSON.stringify(axes) ?? 'none'}`;
  return rangeFault(path, range) ?? wordsFault(path, only(card, ['unit', 'description']));
}

function rangeFault(path: string, range: unknown): string | null {
  if (range === undefined) return null;
  const isBound = (bound: unknown) => bound === null || (typeof bound === 'number' && Number.isFinite(bound));
  if (!Array.isArray(range) || range.length !== 2 || !range.every(isBound))
    return `${path}range: expected two finite numbers or nulls`;
  const [low, high] = [range[0] ?? -Infinity, range[1] ?? Infinity] as [number, number];
  return low > high ? `${path}range: expected low to high, got ${low} to ${high}` : null;
}

function wordsFault(path: string, words: Named): string | null {
  const wrong = Object.entries(words).find(([, value]) => typeof value !== 'string' || value.trim() === '');
  return wrong
    ? `${path}${wrong[0]}: expected words, got ${wrong[1] === undefined ? 'none' : JSON.stringify(wrong[1])}`
    : null;
}

const only = (record: Named, keys: readonly string[]): Named =>
  Object.fromEntries(keys.map((key) => [key, record[key]]));
const isRecord = (value: unknown): value is Named =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? 'null');
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}
