import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import type { QuantitiesRecord } from '@myocast/imaging';
import type { Forecast } from '@myocast/model';
import { svgWords } from '../figures/svg-file.ts';
import type { PicturedSubject, RiskPlace, ShownPicture, StudyFolder } from '../records.ts';
import { quantitiesSchema } from '../study-schemas.ts';
import { type ExamPicture, examPictures } from './exam-pictures.ts';

const mvoEye = 'bulls-eye-lge-mvo-segment-percent';

/** What a reader of the report looks at, in this order; `myocast pictures` draws the rest. */
const shownPictures: readonly string[] = [
  'cine-sax',
  'lge-sax',
  't2',
  'volume-time',
  'curves-deformation-short-axis',
  'bulls-eye-cine-wall-thickening-percent',
  'bulls-eye-deformation-short-axis-segment-circumferential',
  'bulls-eye-lge-transmurality-percent',
  mvoEye,
];

/** Base64 in the page; with the rest of it, the report stays below 3 MB. */
export const mostPictureBytes = 2_400_000;

/**
 * Images with contours, curves and bull's-eyes of the subjects with the highest, the
 * median and the lowest forecast risk of those whose exam was quantified (of two in the
 * middle, the lower; of one or two subjects, those). A picture that would make the page
 * too large is left out and named.
 *
 * @returns also what stood in the way of drawing
 */
export async function subjectPictures(
  study: Pick<StudyFolder, 'folder' | 'forecasts' | 'quantities'>,
  mostBytes = mostPictureBytes,
): Promise<{ readonly subjects: readonly PicturedSubject[]; readonly issues: readonly Issue[] }> {
  const issues: Issue[] = [];
  const chosen = subjectsToShow(study);
  const subjects: PicturedSubject[] = [];
  for (const { place, forecast } of chosen) {
    const { subject } = forecast;
    const quantities = await wholeQuantities(study.folder, subject, issues);
    const drawn = await examPictures({
      exam: join(study.folder, 'exams', subject),
      masks: join(study.folder, 'masks'),
      quantities,
    });
    issues.push(...drawn.issues);
    const pictures = drawn.ok ? worthShowing(drawn.value, quantities) : [];
    const { kept, leftOut } = within(pictures, mostBytes / chosen.length);
    subjects.push({ subject, place, forecast, quantities, pictures: kept.map(shown), leftOut });
  }
  return { subjects, issues };
}

/** Highest first. */
function subjectsToShow({
  forecasts,
  quantities,
}: Pick<StudyFolder, 'forecasts' | 'quantities'>): readonly { place: RiskPlace; forecast: Forecast }[] {
  const quantified = new Set(quantities.map(({ subject }) => subject));
  const byRisk = forecasts
    .filter(({ subject }) => quantified.has(subject))
    .toSorted(
      (a, b) => a.composite.risk.at(-1)! - b.composite.risk.at(-1)! || a.subject.localeCompare(b.subject),
    );
  const last = byRisk.length - 1;
  const places = new Map<number, RiskPlace>([
    [Math.floor(last / 2), 'median'],
    [0, 'lowest'],
    [last, 'highest'],
  ]);
  return [...places]
    .toSorted(([a], [b]) => b - a)
    .flatMap(([index, place]) => {
      const forecast = byRisk[index];
      return forecast ? [{ place, forecast }] : [];
    });
}

/** With the parts that the report itself does not read: deformation, tissue. Null, with an issue, where it is not as expected. */
async function wholeQuantities(
  folder: string,
  subject: string,
  issues: Issue[],
): Promise<QuantitiesRecord | null> {
  const path = join('quantities', `${subject}.json`);
  try {
    const document: unknown = JSON.parse(await readFile(join(folder, path), 'utf8'));
    if (quantitiesSchema.safeParse(document).success) return document as QuantitiesRecord;
    issues.push(issue('not-readable', path, 'expected a quantities record, found something else'));
  } catch (cause) {
    issues.push(issue('not-readable', path, (cause as Error).message));
  }
  return null;
}

/** Without MVO, a bull's-eye of zeros tells nothing. */
function worthShowing(
  pictures: readonly ExamPicture[],
  quantities: QuantitiesRecord | null,
): readonly ExamPicture[] {
  const names =
    quantities?.lge?.mvoPercent === 0 ? shownPictures.filter((name) => name !== mvoEye) : shownPictures;
  return names.flatMap((name) => pictures.find((picture) => picture.name === name) ?? []);
}

/** Those that fit one after another into so many bytes of base64. */
function within(pictures: readonly ExamPicture[], mostBytes: number) {
  const kept: ExamPicture[] = [];
  const leftOut: string[] = [];
  let bytes = 0;
  for (const picture of pictures) {
    const own = Math.ceil(Buffer.byteLength(picture.svg) / 3) * 4;
    if (bytes + own > mostBytes) leftOut.push(svgWords(picture.svg).title ?? picture.name);
    else {
      kept.push(picture);
      bytes += own;
    }
  }
  return { kept, leftOut };
}

function shown({ name, svg }: ExamPicture): ShownPicture {
  const { title, description } = svgWords(svg);
  return { name, title: title ?? name, alt: description, svg };
}
