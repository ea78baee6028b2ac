import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { accepted, type Checked, contentHash, issue, isUnit, refused } from '@myocast/base';
import { parse } from 'yaml';
import * as z from 'zod';
import type { Variable } from './records.ts';

/** Codes of a table: what a cell holds -> what it means (null: no event, no value). */
const codes = z.record(z.string(), z.string().nullable());

const variable = z.strictObject({
  /** The protocol's name; as `column` too, unless that says otherwise. */
  name: z.string().regex(/^[a-z][a-z0-9_]*$/, 'expected lower case, digits and _'),
  label: z.string().min(1),
  kind: z.enum(['continuous', 'binary', 'ordinal', 'category']),
  unit: z.string().refine(isUnit, 'expected a known unit').exactOptional(),
  analyte: z
    .enum(['creatinine', 'glucose', 'cholesterol', 'haemoglobin', 'nt-probnp', 'hba1c'])
    .exactOptional(),
  low: z.number().exactOptional(),
  high: z.number().exactOptional(),
  scale: z.literal('log').exactOptional(),
  categories: z.array(z.string().min(1)).min(2).exactOptional(),
  predictor: z.boolean(),
  source: z.string().exactOptional(),
  /** How a table has it: the column's header, the unit when the header names none, the coding. */
  column: z.string().exactOptional(),
  given: z.string().refine(isUnit, 'expected a known unit').exactOptional(),
  codes: codes.exactOptional(),
  /** A table without this column can be imported. */
  optional: z.boolean().exactOptional(),
});

const firstEvent = z.strictObject({
  kind: z.literal('first-event'),
  days: z.strictObject({ column: z.string(), unit: z.string().refine(isUnit, 'expected a known unit') }),
  cause: z.strictObject({ column: z.string(), codes: codes.exactOptional() }),
  /** In the order of their codes 1, 2, …; those of the composite first. */
  causes: z.array(z.string().min(1)).min(1),
  composite: z.strictObject({ name: z.string().min(1), causes: z.array(z.string()).min(1) }),
});

const yesNo = z.strictObject({
  kind: z.literal('yes-no'),
  /** `variable < number`, in the variable's unit. */
  rule: z.string().regex(/^[a-z][a-z0-9_]* (<|<=|>|>=) -?\d+(\.\d+)?$/, 'expected e.g. "lvef < 40"'),
  cause: z.string().min(1),
});

/** Groups of risk as the protocol fixes them before the forecast is made: names[i] is below thresholds[i], the last name is the rest. */
const riskGroups = z.strictObject({
  horizonDays: z.number().positive(),
  thresholds: z.array(z.number().gt(0).lt(1)).min(1),
  names: z.array(z.string().min(1)).min(2),
});

const protocolSchema = z
  .strictObject({
    name: z.string().min(1),
    title: z.string().min(1),
    /** A column, or the number of the row after this prefix; how the folder of a subject's exam is called. */
    subject: z.union([
      z.strictObject({ column: z.string(), exams: z.array(z.string()).exactOptional() }),
      z.strictObject({ row: z.string(), exams: z.array(z.string()).exactOptional() }),
    ]),
    centre: z.union([z.strictObject({ column: z.string() }), z.strictObject({ constant: z.string() })]),
    /** Time zero. Absent where the tables count from it without giving it. */
    indexDate: z.strictObject({ column: z.string() }).exactOptional(),
    /** What time zero is, as it stands after "months after": `the CMR exam`, `hospital admission`. */
    timeZero: z.string().min(1).exactOptional(),
    /** Cells that mean: no value. */
    missing: z.array(z.string()),
    variables: z.array(variable).min(1),
    outcome: z.union([firstEvent, yesNo]),
    /** By the composite's risk at a day. Absent where none are registered. */
    riskGroups: riskGroups.exactOptional(),
  })
  .superRefine((protocol, context) => {
    for (const message of contradictions(protocol)) context.addIssue({ code: 'custom', message });
  });

/** A study as a file: what its tables hold, and what is forecast. */
export type Protocol = z.infer<typeof protocolSchema>;

/** A variable, and how a table has it. */
export type ProtocolVariable = Protocol['variables'][number];

/** Reads and checks a protocol (YAML). Each thing wrong is one issue. */
export async function readProtocol(path: string): Promise<Checked<{ protocol: Protocol; text: string }>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (text instanceof Error) {
    const found = text.code === 'ENOENT' ? 'no such file' : (text.code ?? text.message);
    return refused(issue('not-readable', path, `expected a protocol, found ${found}`));
  }
  const protocol = parseProtocol(text, basename(path));
  return protocol.ok ? accepted({ protocol: protocol.value, text }) : protocol;
}

/** Checks the text of a protocol; `name` is how issues call it. */
export function parseProtocol(text: string, name: string): Checked<Protocol> {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    return refused(issue('not-readable', name, `expected YAML, found: ${(error as Error).message}`));
  }
  const checked = protocolSchema.safeParse(document);
  if (checked.success) return accepted(checked.data);
  const [first, ...more] = checked.error.issues.map((entry) =>
    issue('bad-value', `${name} ${entry.path.join('.')}`.trim(), entry.message),
  );
  return refused(first!, ...more);
}

/** Hash of what a protocol says, whatever its layout and comments. */
export function protocolHash(protocol: Protocol): string {
  return contentHash(protocol);
}

/** What a frozen data set keeps of a variable: what it means, not how a table had it. */
export function frozenVariable(entry: ProtocolVariable): Variable {
  const { column: _column, given: _given, codes: _codes, optional: _optional, unit, ...kept } = entry;
  return { ...kept, unit: unit ?? null };
}

/** Causes in the order of their codes, and the composite. */
export function outcomeCauses({ outcome }: Protocol): {
  causes: readonly string[];
  compositeName: string;
  compositeCauses: readonly string[];
} {
  if (outcome.kind === 'yes-no')
    return { causes: [outcome.cause], compositeName: outcome.cause, compositeCauses: [outcome.cause] };
  return {
    causes: outcome.causes,
    compositeName: outcome.composite.name,
    compositeCauses: outcome.composite.causes,
  };
}

/** The rule of a yes/no outcome, taken apart. */
export function parseRule(rule: string): { variable: string; holds: (value: number) => boolean } {
  const [variable, sign, limit] = rule.split(' ') as [string, string, string];
  const bound = Number(limit);
  const holds = {
    '<': (value: number) => value < bound,
    '<=': (value: number) => value <= bound,
    '>': (value: number) => value > bound,
    '>=': (value: number) => value >= bound,
  }[sign];
  if (!holds) throw new RangeError(`parseRule: expected <, <=, > or >=, got ${sign}`);
  return { variable, holds };
}

function contradictions(protocol: z.infer<typeof protocolSchema>): string[] {
  const names = protocol.variables.map((entry) => entry.name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...twice.map((name) => `variable ${name} is given twice`),
    ...protocol.variables.flatMap(variableContradictions),
    ...outcomeContradictions(protocol),
    ...riskGroupContradictions(protocol),
  ];
}

function variableContradictions(entry: ProtocolVariable): string[] {
  const found: string[] = [];
  if ((entry.kind === 'category') !== (entry.categories !== undefined))
    found.push(`${entry.name}: expected categories for a category, and only there`);
  if (entry.scale === 'log' && !(entry.low !== undefined && entry.low > 0))
    found.push(`${entry.name}: expected a lowest value above 0 on a log scale`);
  if (entry.kind !== 'continuous' && entry.unit !== undefined)
    found.push(`${entry.name}: expected no unit for a variable that is not continuous`);
  return found;
}

function riskGroupContradictions({ outcome, riskGroups: groups }: z.infer<typeof protocolSchema>): string[] {
  if (!groups) return [];
  const { thresholds, names } = groups;
  return [
    ...(outcome.kind === 'yes-no'
      ? ['riskGroups: expected an outcome with times, found a yes/no outcome']
      : []),
    ...(thresholds.some((limit, place) => place > 0 && limit <= thresholds[place - 1]!)
      ? ['riskGroups: expected thresholds that rise']
      : []),
    ...(names.length === thresholds.length + 1
      ? []
      : [
          `riskGroups: expected ${thresholds.length + 1} names, one more than thresholds, found ${names.length}`,
        ]),
    ...(new Set(names).size === names.length ? [] : ['riskGroups: expected names that differ']),
  ];
}

function outcomeContradictions({ outcome, variables }: z.infer<typeof protocolSchema>): string[] {
  if (outcome.kind === 'yes-no') {
    const target = variables.find((entry) => entry.name === parseRule(outcome.rule).variable);
    if (!target) return [`outcome: the rule "${outcome.rule}" names no variable`];
    if (target.predictor) return [`${target.name}: expected the target not to be a predictor`];
    return target.kind === 'category' ? [`${target.name}: expected a number as the target`] : [];
  }
  const { causes, composite } = outcome;
  const first = causes.slice(0, composite.causes.length);
  return composite.causes.every((cause) => first.includes(cause))
    ? []
    : ['outcome: expected the causes of the composite to come first among the causes'];
}
