/**
 * The smallest part of a subject's record that can be shown to a model or hidden
 * from it: a tabular column, one quantity of one AHA segment, one slice of one sequence.
 */
export type ModelInput =
  | { readonly kind: 'column'; readonly name: string; readonly source: 'clinical' | 'cmr' }
  | {
      readonly kind: 'segment';
      readonly name: string;
      /** AHA number, 1 to 16 */
      readonly segment: number;
    }
  | {
      readonly kind: 'slice';
      /** Kind of the series, `lge-sax` */
      readonly sequence: string;
      /** Place among the slices that hold heart, 0 at the base */
      readonly place: number;
      /** 0 base to 1 apex */
      readonly level: number;
      /** The group of neighbouring slices that the model averages, 0 at the base */
      readonly band: number;
      /** Zero-based slice of the exam's volume; null where the tokens do not tell it */
      readonly examSlice: number | null;
    };

/**
 * What stands in the place of a hidden input: the state that the model learned for
 * a missing one; the median of the training rows; or the value of that training row (of
 * the references, from 0), which is missing in turn where the row lacks it.
 */
export type Substitute = 'missing' | 'median' | number;

/** A coalition: which inputs of a subject a model sees. */
export interface InputSet {
  readonly subject: number;
  /** [inputs of the subject] 1 shown, 0 hidden */
  readonly shown: Uint8Array;
  readonly hidden: Substitute;
}

export interface RiskInterval {
  readonly risk: number;
  readonly low: number;
  readonly high: number;
}

/**
 * All that an explanation knows of a model. Inputs that a subject does not have are in no list
 * and stay missing in every coalition, so that nothing is ever ascribed to them.
 */
export interface RiskModel {
  readonly columns: readonly string[];
  /** Quantities by segment */
  readonly segments: readonly string[];
  readonly sequences: readonly string[];
  readonly subjects: readonly string[];
  /** Day of the risk; null for an outcome without times */
  readonly horizonDays: number | null;
  /** Training rows that can stand in for what is hidden; 0 where only the missing state can */
  readonly references: number;
  /** Whether medians of the training rows can stand in */
  readonly hasMedian: boolean;
  /** What this subject has, in a fixed order */
  inputsOf(subject: number): readonly ModelInput[];
  /** [sets] absolute risk at the horizon; a set's risk does not depend on the others */
  risk(sets: readonly InputSet[]): Promise<Float64Array>;
  /** The same risk with the model's own low and high */
  interval(sets: readonly InputSet[]): Promise<readonly RiskInterval[]>;
}

/** Everything of a subject shown, or all but these inputs. */
export function allBut(model: RiskModel, subject: number, without: readonly number[] = []): Uint8Array {
  const shown = new Uint8Array(model.inputsOf(subject).length).fill(1);
  for (const input of without) shown[input] = 0;
  return shown;
}
