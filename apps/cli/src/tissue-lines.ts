import {
  compareMethods,
  fewestForLimits,
  type MethodAgreement,
  type QuantitiesRecord,
  type TissueQuantities,
} from '@myocast/imaging';
import { textTable } from './text-table.ts';

/** How the infarct by the signal compares with the masks, over the exams that have both; none for a single exam. */
export function methodAgreement(records: readonly QuantitiesRecord[]): readonly MethodAgreement[] {
  const compared = records.flatMap(({ lge, tissue }) =>
    lge && tissue?.enhancement
      ? [{ infarctPercent: lge.infarctPercent, enhancement: tissue.enhancement }]
      : [],
  );
  return compared.length > 1 ? compareMethods(compared) : [];
}

/** What a person is shown of the tissue: one row an exam, the methods against the masks, and what was not there. */
export function tissueLines(records: readonly QuantitiesRecord[]): string[] {
  const there = records.filter((record) => hasNumbers(record.tissue));
  const missing = notThereLine(records);
  if (there.length === 0) return missing;
  const rows = there.map(({ subject, tissue }) => [subject, ...cellsOf(tissue!)]);
  return [
    '',
    ...textTable(
      ['subject', 'FWHM %', '5 SD %', 'transmural', 'AAR %', 'salvage', 'T1 ms', 'ECV %', 'haemorrhage %'],
      rows,
    ),
    ...agreementTable(methodAgreement(there)),
    ...missing,
  ];
}

function hasNumbers(tissue: TissueQuantities | undefined): boolean {
  return tissue !== undefined && Boolean(tissue.enhancement ?? tissue.oedema ?? tissue.maps[0]);
}

function cellsOf(tissue: TissueQuantities): (string | null)[] {
  const { enhancement, transmurality, oedema, maps, haemorrhage, extracellularVolume } = tissue;
  const infarct = (method: string) =>
    enhancement?.methods.find((own) => own.method === method)?.infarctPercent;
  // The mask's oedema where there is one, else the image's.
  const risk = oedema?.methods[0];
  const native = maps.find(({ kind }) => kind === 't1-map-native');
  return [
    rounded(infarct('fwhm'), 1),
    rounded(infarct('5-sd'), 1),
    rounded(transmurality?.segmentsAbove50, 0),
    rounded(risk?.areaAtRiskPercent, 1),
    rounded(risk?.salvageIndex, 2),
    rounded(native?.remote?.ms, 0),
    rounded(extracellularVolume?.remotePercent, 1),
    // At a field strength that its threshold was not made for it is in the JSON alone.
    haemorrhage?.present == null ? null : rounded(haemorrhage.lvPercent, 1),
  ];
}

function agreementTable(agreement: readonly MethodAgreement[]): string[] {
  if (agreement.length === 0) return [];
  const rows = agreement.map(({ method, limits, dice, notEstimable }) => [
    method,
    String(limits?.count ?? 0),
    rounded(limits?.bias, 1),
    limits && limits.low !== null ? `${rounded(limits.low, 1)} to ${rounded(limits.high, 1)}` : null,
    rounded(dice, 2),
    String(notEstimable),
  ]);
  const head = [
    'infarct by image less by mask, % LV',
    'exams',
    'bias',
    '95 % of differences',
    'Dice',
    'none',
  ];
  const few = agreement.some(({ limits }) => limits !== null && limits.low === null);
  const why = `no range of differences below ${fewestForLimits} exams: it would be known to no better than its own width (bland1999)`;
  return ['', ...textTable(head, rows), ...(few ? [why] : [])];
}

/** Once for the whole run: sites differ in what they take. */
function notThereLine(records: readonly QuantitiesRecord[]): string[] {
  const counts = new Map<string, number>();
  for (const { tissue } of records)
    for (const kind of tissue?.notThere ?? []) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  if (counts.size === 0) return [];
  const named = [...counts].map(([kind, count]) => `${kind} (${count})`);
  return [`not there, of ${records.length}: ${named.join(', ')}`];
}

const rounded = (value: number | null | undefined, decimals: number) => value?.toFixed(decimals) ?? null;
