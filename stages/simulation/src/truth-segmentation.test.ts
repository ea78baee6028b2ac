import { planVolume, readImageHeaders } from '@myocast/dicom';
import {
  cardiacSegments,
  readSegmentation,
  sameCode,
  type SourceStack,
  sourceStack,
} from '@myocast/dicom/objects';
import { describe, expect, it } from 'vitest';
import { createSubject, subjectRandom } from './cohort.ts';
import { createExam, type SeriesImages } from './exam.ts';
import { examFiles, identityOf } from './exam-dicom.ts';
import { truthSegmentations } from './truth-segmentation.ts';

const config = { patients: 4, centres: 4, seed: 2 };
const plan = {
  sequences: ['cine-sax', 'cine-4ch', 'lge-sax', 't2-sax', 't1-map'],
  cinePhases: 10,
  matrix: 96,
  vendorHabits: true,
} as const;

// One of each make of scanner: one files a cine as a series per slice.
describe.each(['V1-0001', 'V2-0001', 'V4-0001'])('the true segmentations of %s', (subject) => {
  const { patient, centre, cmrDate } = createSubject(config, subject);
  const exam = createExam(subjectRandom(config, subject).fork('exam'), patient, centre, plan);
  const header = { subject, uidSeed: `test ${subject}`, date: cmrDate };
  const images = examFiles(exam, patient, centre, header);
  const files = truthSegmentations(exam, identityOf(patient, header), centre, header);

  /** The images of a sequence as a reader of the files finds them. */
  function stackOf(sequence: string): SourceStack {
    const headers = images
      .filter(({ name }) => name.startsWith(`${sequence}-`) || name === `${sequence}.dcm`)
      .flatMap(({ name, bytes }) => {
        const read = readImageHeaders(bytes, name);
        if (!read.ok) throw new Error(JSON.stringify(read.issues));
        return read.value;
      });
    const planned = planVolume(headers, sequence);
    if (!planned.ok) throw new Error(JSON.stringify(planned.issues));
    return sourceStack(planned.value)!;
  }

  const fromApex = ({ label, phases, slices }: SeriesImages) => {
    const area = exam.scene.plan.matrix ** 2;
    const planes = Array.from({ length: phases * slices }, (_, at) => {
      const from = at - (at % slices) + (slices - 1 - (at % slices));
      return label.subarray(from * area, (from + 1) * area);
    });
    return Buffer.concat(planes);
  };

  it('put every label on its voxel of the volume that the images make', () => {
    expect(files.map(({ name }) => name)).toEqual(exam.series.map(({ sequence }) => `${sequence}.dcm`));
    for (const [index, { name, bytes }] of files.entries()) {
      const series = exam.series[index]!;
      const segments = cardiacSegments[series.kind];
      const read = readSegmentation(bytes, name, {
        stack: stackOf(series.sequence),
        labelOf: ({ type }) =>
          segments.findIndex((segment) => type !== null && sameCode(segment.type, type)) + 1 || null,
        nested: series.kind === 'lge-sax',
      });
      if (!read.ok) throw new Error(JSON.stringify(read.issues));
      expect(read.issues).toEqual([]);
      expect(Buffer.compare(Buffer.from(read.value.mask.data), fromApex(series))).toBe(0);
    }
  });

  it('are the same bytes for the same exam', () => {
    const again = truthSegmentations(exam, identityOf(patient, header), centre, header);
    for (const [index, { bytes }] of files.entries())
      expect(Buffer.compare(again[index]!.bytes, bytes)).toBe(0);
  });
});
