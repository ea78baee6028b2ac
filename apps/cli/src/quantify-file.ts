import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import type { Mask } from '@myocast/dicom';
import {
  assumedReference,
  beatUnknown,
  type CineQuantities,
  deformation,
  type DeformationQuantities,
  type LgeQuantities,
  type LongAxisStrain,
  type MaskName,
  maskNames,
  maskSources,
  measureCine,
  mostellerM2,
  type PhaseQuantities,
  quantifyLge,
  quantifyPhase,
  quantifyT2,
  quantifyVentricles,
  readMask,
  type SegmentValues,
  type T2Quantities,
  type VentricleQuantities,
  withHeartRate,
} from '@myocast/imaging';
import { personOf, type PersonOptions, refusePersons } from './person-options.ts';
import { StoppedByIssues, type Terminal, valueOrStop } from './terminal.ts';
import { textTable } from './text-table.ts';
import { ventricleLines } from './ventricle-table.ts';

/** One mask, and what is said of it. */
export interface FileOptions extends PersonOptions {
  readonly kind?: MaskName;
  readonly out?: string;
}

type View = LongAxisStrain['view'];
/** Masks of a stack of short axes. */
type StackKind = Exclude<MaskName, View>;

/** The quantities of one mask, in lines and as a file where that is wanted. */
export async function quantifyFile(path: string, options: FileOptions, terminal: Terminal): Promise<void> {
  const { kind, out } = options;
  refusePersons(options, path, 'a table');
  if (!kind)
    throw new StoppedByIssues([
      issue('missing-value', path, `expected --kind ${maskNames.join(', ')}, found none`),
    ]);
  const issues: Issue[] = [];
  const mask = valueOrStop(await readMask(path, maskSources[kind].kind), issues);
  const { lines, ...measured } = isView(kind)
    ? viewOfFile(mask, kind, options, issues)
    : stackOfFile(mask, kind, options, issues);
  const document = { kind, ...measured, issues };
  if (out) await writeFileAtomic(out, `${JSON.stringify(document, null, 2)}\n`);
  terminal.result(document, lines);
  terminal.list(issues);
}

interface FileResult {
  readonly quantities: FileQuantities | DeformationQuantities;
  readonly ventricles?: VentricleQuantities;
  readonly lines: readonly string[];
}

function viewOfFile(mask: Mask, kind: View, options: FileOptions, issues: Issue[]): FileResult {
  const { heightCm, weightKg } = personOf(options);
  const surface = heightCm !== null && weightKg !== null ? mostellerM2(heightCm, weightKg) : null;
  const quantities = valueOrStop(quantifyView(mask, kind, surface), issues);
  return { quantities, lines: viewLines(quantities) };
}

function stackOfFile(mask: Mask, kind: StackKind, options: FileOptions, issues: Issue[]): FileResult {
  const { quantities, ventricles } = quantitiesOf(mask, kind, options, issues);
  const numbers = Object.entries(quantities).flatMap(([name, value]) =>
    Array.isArray(value) ? [] : [[name, value as number | null]],
  );
  const lines =
    'edvMl' in quantities && ventricles
      ? ventricleLines(quantities, ventricles)
      : textTable(['quantity', 'value'], numbers);
  const all = [...lines, ...segmentTable(quantities, ventricles)];
  return { quantities, ...(ventricles ? { ventricles } : {}), lines: all };
}

type FileQuantities = CineQuantities | LgeQuantities | T2Quantities | PhaseQuantities;

interface Measured {
  readonly quantities: FileQuantities;
  readonly ventricles: VentricleQuantities | null;
}

/** A cine mask of one phase has volumes and mass, and no function. */
function quantitiesOf(mask: Mask, kind: StackKind, options: FileOptions, issues: Issue[]): Measured {
  if (kind === 'lge-sax')
    return { quantities: valueOrStop(quantifyLge(mask, assumedReference(mask)), issues), ventricles: null };
  if (kind === 't2-sax')
    return { quantities: valueOrStop(quantifyT2(mask, assumedReference(mask)), issues), ventricles: null };
  if (mask.shape[0] === 1)
    return { quantities: valueOrStop(quantifyPhase(mask, 0), issues), ventricles: null };
  const measured = valueOrStop(measureCine(mask), issues);
  const beat = withHeartRate(beatUnknown, options.heartRate ?? null);
  const ventricles = valueOrStop(quantifyVentricles(mask, measured, beat, personOf(options)), issues);
  return { quantities: measured.cine, ventricles };
}

/** One row a segment. */
function segmentTable(quantities: FileQuantities, ventricles: VentricleQuantities | null): string[] {
  if ('lvMl' in quantities) return [];
  const columns = segmentColumns(quantities, ventricles);
  const rows = Array.from({ length: 16 }, (_, at) => [
    `segment ${at + 1}`,
    ...Object.values(columns).map((values) => round(values[at] ?? null, 1)),
  ]);
  return ['', ...textTable(['', ...Object.keys(columns)], rows)];
}

function segmentColumns(
  quantities: Exclude<FileQuantities, PhaseQuantities>,
  ventricles: VentricleQuantities | null,
): Readonly<Record<string, SegmentValues>> {
  if ('areaAtRiskPercent' in quantities) return { 'oedema %': quantities.segmentPercent };
  if ('infarctPercent' in quantities)
    return { 'infarct %': quantities.transmuralityPercent, 'MVO %': quantities.mvoSegmentPercent };
  return {
    'wall mm': quantities.wallThicknessMm,
    'greatest mm': ventricles?.wall.greatestThicknessMm ?? [],
    'thickening %': quantities.wallThickeningPercent,
  };
}

/** The views that are measured from one mask, whose contours are followed without an image. */
function isView(kind: string): kind is View {
  return kind === 'cine-2ch' || kind === 'cine-3ch' || kind === 'cine-4ch';
}

/**
 * What one long axis tells by its contours: longitudinal strain, the way of the mitral insertions,
 * and of two or four chambers the left atrium.
 *
 * @returns refused where neither can be had, in the words of the first obstacle
 */
function quantifyView(mask: Mask, view: View, bodySurfaceM2: number | null): Checked<DeformationQuantities> {
  const series = { image: null, mask, timesMs: null };
  const found = deformation({ sax: null, longAxes: { [view]: series }, bsaM2: bodySurfaceM2 });
  const isSomething = found.longAxes.length > 0 || found.leftAtrium !== null;
  const [first = issue('not-estimable', view, 'expected contours that can be followed, found none')] =
    found.flags;
  return isSomething ? accepted(found, found.flags) : refused(first);
}

/** The numbers of one view. */
function viewLines({ globalLongitudinalPercent, mapseMm, leftAtrium }: DeformationQuantities): string[] {
  const numbers = {
    globalLongitudinalPercent,
    mapseMm,
    ...Object.fromEntries(
      Object.entries(leftAtrium ?? {}).filter(([, value]) => value === null || typeof value === 'number'),
    ),
  } as Readonly<Record<string, number | null>>;
  const rows = Object.entries(numbers).map(([name, value]) => [name, value?.toFixed(2) ?? null]);
  return textTable(['quantity', 'value'], rows);
}

const round = (value: number | null, decimals: number) => (value === null ? null : value.toFixed(decimals));
