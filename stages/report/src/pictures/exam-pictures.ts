import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { cineLabel, type ExamRecord, findSegmentReference } from '@myocast/imaging';
import { examRecord } from '@myocast/imaging/contours';
import { momentsOf, obstacleToMoments } from './beat-moments.ts';
import {
  type About,
  cineSheet,
  lentT2Sheet,
  type Lenders,
  lgeSheet,
  longAxisNames,
  longAxisSheet,
  mapNames,
  mapSheet,
  t2Sheet,
} from './image-sheets.ts';
import { quantityPictures } from './quantity-pictures.ts';
import { type Drawn, drawnSeries, type ExamPaths, volumeOf } from './shown-series.ts';
import type { PictureGroup } from './shown-quantities.ts';
import { volumePicture } from './volume-picture.ts';

/** A picture of an exam under the name of its file, without an ending. */
export interface ExamPicture {
  readonly name: string;
  readonly group: PictureGroup;
  readonly svg: string;
  /** What a reader must know beside its title. */
  readonly caption?: string;
}

/**
 * The pictures of an exam: contact sheets of cine at end-diastole and end-systole in short and long axes, of LGE, of T2
 * with its own contours, and of maps with those carried over; volumes and strains over the beat; a bull's-eye of every
 * quantity by segment. What is not there is left out, and what cannot be read is an issue.
 *
 * @returns refused when nothing could be drawn
 */
export async function examPictures(paths: ExamPaths): Promise<Checked<readonly ExamPicture[]>> {
  const read = await examRecord(paths.exam);
  if (!read.ok) return read;
  const exam = read.value;
  const { quantities } = paths;
  const issues: Issue[] = [];
  const cine = await drawnSeries(paths, exam, 'cine-sax', issues);
  const pictures = [
    ...(await imagePictures(paths, exam, cine, issues)),
    ...(quantities ? quantityPictures(quantities, exam.subject, cine && cine.volume) : []),
  ];
  const nothing = issue('empty-input', paths.exam, 'expected contours or quantities to draw, found none');
  const [first = nothing, ...others] = issues;
  return pictures.length > 0 ? accepted(pictures, issues) : refused(first, ...others);
}

async function imagePictures(
  paths: ExamPaths,
  exam: ExamRecord,
  cine: Drawn | null,
  issues: Issue[],
): Promise<readonly ExamPicture[]> {
  const { subject } = exam;
  const { quantities } = paths;
  const lge = await drawnSeries(paths, exam, 'lge-sax', issues);
  const moments = cine && momentsOf(cine.mask, cineLabel.leftVentricle, quantities && quantities.cine);
  const reference = cine && moments && findSegmentReference(cine.mask, moments.edPhase);
  const about = { subject, reference };
  const pictures =
    cine && moments
      ? [
          cineSheet(cine, moments, about, obstacleToMoments(quantities)),
          volumePicture(cine, moments, quantities, subject),
        ]
      : [];
  for (const name of longAxisNames) {
    const drawn = await drawnSeries(paths, exam, name, issues);
    pictures.push(drawn && longAxisSheet(name, drawn, quantities, about));
  }
  const lenders = { cine, lge, moments };
  pictures.push(lge && lgeSheet(lge, about), ...(await tissuePictures(paths, exam, lenders, about, issues)));
  return pictures.filter((picture) => picture !== null);
}

/** T2 with its own contours, else with those of others; maps with those of others. */
async function tissuePictures(
  paths: ExamPaths,
  exam: ExamRecord,
  lenders: Lenders,
  about: About,
  issues: Issue[],
): Promise<readonly ExamPicture[]> {
  const t2 = await drawnSeries(paths, exam, 't2-sax', issues);
  const pictures = t2 ? [t2Sheet(t2, about)] : [];
  for (const name of t2 ? mapNames : (['t2-stir', ...mapNames] as const)) {
    const volume = await volumeOf(paths.exam, exam, name, issues);
    if (volume === null) continue;
    pictures.push(
      name === 't2-stir' ? lentT2Sheet(volume, lenders, about) : mapSheet(name, volume, lenders, about),
    );
  }
  return pictures;
}
