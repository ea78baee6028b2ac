import type { ComparedReadings } from '@myocast/imaging/contours';
import {
  type BlandAltman,
  blandAltman,
  type Bounded,
  intraclassCorrelation,
} from '@myocast/survival/agreement';
import { textTable } from './text-table.ts';

/** Of fewer exams neither limits nor an intraclass correlation are given: their intervals would say nothing. */
export const leastExams = 10;

/** The Dice of one structure over the exams in which either reading has it. */
export interface StructureAgreement {
  readonly structure: string;
  readonly exams: number;
  readonly mean: number;
  readonly sd: number | null;
  readonly least: number;
}

/** One quantity of two readings; second less first. */
export interface QuantityAgreement {
  readonly quantity: string;
  readonly exams: number;
  readonly values: readonly { readonly subject: string; readonly first: number; readonly second: number }[];
  readonly meanDifference: number;
  /** Null of fewer exams than limits need. */
  readonly limits: BlandAltman | null;
  /** ICC(2,1); null of too few exams, and where every value is the same. */
  readonly intraclass: Bounded | null;
}

/** Names by series: an LV cavity of the cine is not that of the LGE. */
export function structureAgreement(compared: readonly ComparedReadings[]): StructureAgreement[] {
  const found = new Map<string, number[]>();
  for (const { kind, dice } of compared)
    for (const [structure, value] of Object.entries(dice)) {
      const name = `${kind}: ${structure}`;
      found.set(name, [...(found.get(name) ?? []), ...(value === null ? [] : [value])]);
    }
  return [...found].flatMap(([structure, values]) => {
    if (values.length === 0) return [];
    const mean = meanOf(values);
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const sd = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null;
    return [{ structure, exams: values.length, mean, sd, least: Math.min(...values) }];
  });
}

/** Quantities that both readings give. */
export function quantityAgreement(compared: readonly ComparedReadings[]): QuantityAgreement[] {
  const found = new Map<string, { subject: string; first: number; second: number }[]>();
  for (const { subject, kind, quantities } of compared)
    for (const [quantity, first] of Object.entries(quantities[0])) {
      const second = quantities[1][quantity];
      const name = `${kind}: ${quantity}`;
      if (second !== undefined) found.set(name, [...(found.get(name) ?? []), { subject, first, second }]);
    }
  return [...found].map(([quantity, values]) => {
    const pairs = values.map(({ first, second }) => [first, second] as const);
    const isEnough = values.length >= leastExams;
    return {
      quantity,
      exams: values.length,
      values,
      meanDifference: meanOf(pairs.map(([first, second]) => second - first)),
      limits: isEnough ? blandAltman(pairs) : null,
      intraclass: isEnough ? intraclassCorrelation(pairs) : null,
    };
  });
}

/** What a person reads of it. */
export function readingLines(
  structures: readonly StructureAgreement[],
  quantities: readonly QuantityAgreement[],
): string[] {
  const few = quantities.filter(({ limits }) => limits === null);
  const many = quantities.filter(({ limits }) => limits !== null);
  const dices = structures.map(({ structure, exams, mean, sd, least }) => [
    structure,
    exams,
    mean.toFixed(3),
    sd?.toFixed(3) ?? null,
    least.toFixed(3),
  ]);
  return [
    ...textTable(['Dice', 'exams', 'mean', 'SD', 'least'], dices),
    ...(many.length > 0 ? ['', ...limitLines(many)] : []),
    ...(few.length > 0 ? ['', ...valueLines(few)] : []),
  ];
}

function limitLines(quantities: readonly QuantityAgreement[]): string[] {
  const rows = quantities.map(({ quantity, exams, limits, intraclass }) => [
    quantity,
    exams,
    bounded(limits!.bias, 2),
    bounded(limits!.lowerLimit, 2),
    bounded(limits!.upperLimit, 2),
    intraclass && bounded(intraclass, 3),
  ]);
  return [
    'second less first reading, with 95 % intervals: bias, limits of agreement (bias ± 1.96 SD), ICC(2,1)',
    ...textTable(['quantity', 'exams', 'bias', 'lower limit', 'upper limit', 'ICC(2,1)'], rows),
  ];
}

function valueLines(quantities: readonly QuantityAgreement[]): string[] {
  const rows = quantities.flatMap(({ quantity, values }) =>
    values.map(({ subject, first, second }) => [
      quantity,
      subject,
      first.toFixed(2),
      second.toFixed(2),
      (second - first).toFixed(2),
    ]),
  );
  return [
    `no limits of agreement and no ICC of fewer than ${leastExams} exams: the values alone`,
    ...textTable(['quantity', 'subject', 'first', 'second', 'difference'], rows),
  ];
}

const bounded = ({ estimate, low, high }: Bounded, decimals: number) =>
  `${estimate.toFixed(decimals)} (${low.toFixed(decimals)} to ${high.toFixed(decimals)})`;

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
