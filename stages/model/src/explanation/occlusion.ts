import { type Player, playersBy } from './players.ts';
import { allBut, type RiskModel, type Substitute } from './risk-model.ts';

/** What a part of the input does to the risk, all else being shown. */
export interface Occlusion {
  readonly part: string;
  /** Risk with everything less risk without the part: positive where the part raises the risk */
  readonly change: number;
}

/** Risk with everything less the risk when each part in turn is hidden; one evaluation for each part and one more. */
export async function occlude(
  model: RiskModel,
  subject: number,
  parts: readonly Player[],
  hidden: Substitute,
): Promise<Occlusion[]> {
  const sets = [[], ...parts.map(({ inputs }) => inputs)].map((inputs) => ({
    subject,
    shown: allBut(model, subject, inputs),
    hidden,
  }));
  const [whole, ...without] = await model.risk(sets);
  return parts.map(({ name }, index) => ({ part: name, change: whole! - without[index]! }));
}

/**
 * What each AHA segment does to the risk, [16] for segments 1 to 16, null for one that was not measured.
 *
 * @param hidden what stands in for the segment: 'missing', or 'median', the middle one of the training rows,
 *   which says how far this wall is from a usual one
 * @throws RangeError for medians that the model does not have
 */
export async function segmentOcclusion(
  model: RiskModel,
  subject: number,
  hidden: 'missing' | 'median',
): Promise<(number | null)[]> {
  if (hidden === 'median' && !model.hasMedian)
    throw new RangeError('segmentOcclusion: expected a model with medians, got one without');
  const parts = playersBy(model.inputsOf(subject), (input) =>
    input.kind === 'segment' ? String(input.segment) : null,
  );
  const changes = await occlude(model, subject, parts, hidden);
  return Array.from({ length: 16 }, (_, index) => {
    return changes.find(({ part }) => part === String(index + 1))?.change ?? null;
  });
}

/** What the slices of a sequence do to the risk. */
export interface SliceSaliency {
  readonly sequence: string;
  /** From base to apex; each slice hidden by itself */
  readonly slices: readonly {
    readonly place: number;
    readonly level: number;
    /** Zero-based slice of the exam's volume; null where the tokens do not tell it */
    readonly examSlice: number | null;
    readonly change: number;
  }[];
  /** From base to apex; all slices of a band hidden, which is one token of the network */
  readonly bands: readonly {
    readonly band: number;
    readonly places: readonly number[];
    readonly change: number;
  }[];
}

/** Occlusion of every slice and every band of each sequence the subject has, by the missing state. */
export async function sliceSaliency(model: RiskModel, subject: number): Promise<SliceSaliency[]> {
  const inputs = model.inputsOf(subject);
  const slices = inputs.flatMap((input, index) => (input.kind === 'slice' ? [{ ...input, index }] : []));
  const bands = playersBy(inputs, (input) =>
    input.kind === 'slice' ? `${input.sequence} ${input.band}` : null,
  );
  const parts = [...slices.map(({ index }) => ({ name: '', inputs: [index] })), ...bands];
  const changes = (await occlude(model, subject, parts, 'missing')).map(({ change }) => change);
  const found = [...new Set(slices.map(({ sequence }) => sequence))];
  return found.map((sequence) => ({
    sequence,
    slices: slices.flatMap(({ sequence: own, place, level, examSlice }, index) =>
      own === sequence ? [{ place, level, examSlice, change: changes[index]! }] : [],
    ),
    bands: bands.flatMap(({ inputs: members }, index) => {
      const own = slices.filter((slice) => members.includes(slice.index));
      if (own[0]!.sequence !== sequence) return [];
      const places = own.map(({ place }) => place);
      return [{ band: own[0]!.band, places, change: changes[slices.length + index]! }];
    }),
  }));
}
