import { accepted, type Checked, contentHash } from '@myocast/base';
import { spacingMm } from '@myocast/dicom';
import type { EssentialKind, SeriesRecord } from '../records.ts';
import type { DatasetStack } from '../segmentation/dataset.ts';
import type { Exam } from './exam.ts';
import { examQuality } from './quality/exam-quality.ts';
import { examVerdict } from './verdict.ts';

/**
 * One case of an annotated data set as an exam of one series, with the expert's mask
 * beside it. Such sources hold no names; the exam goes on under the subject given.
 */
export async function datasetExam(
  stack: DatasetStack,
  kind: EssentialKind,
  subject: string,
): Promise<Checked<Exam>> {
  const read = await stack.read();
  if (!read.ok) return read;
  const volume = read.value;
  const drawn = stack.readMask ? await stack.readMask() : null;
  const bytes = new Uint8Array(volume.data.buffer, volume.data.byteOffset, volume.data.byteLength);
  const hash = contentHash(bytes);
  const series: SeriesRecord = {
    key: hash.slice(0, 10),
    kind,
    confidence: 1,
    reason: 'the data set holds nothing else',
    otherwise: null,
    variant: null,
    description: '',
    chosen: null,
    file: `${kind}.nii.gz`,
    shape: volume.shape,
    spacingMm: volume.affine && spacingMm(volume.affine),
    triggerTimesMs: volume.triggerTimesMs,
    emptySlices: [],
    fieldStrengthT: null,
    manufacturer: null,
    images: stack.maskFiles.length,
  };
  const quality = examQuality([{ kind, volume, emptySlices: [], variant: null, oriented: false }]);
  const issues = [...read.issues, ...(drawn?.issues ?? [])];
  const exam: Exam = {
    record: {
      subject,
      sourceHash: hash,
      series: [series],
      otherSeries: [],
      filesRead: stack.maskFiles.length,
      filesNotUsed: 0,
      ...examVerdict({ series: [series], otherSeries: [], quality, gaps: false }),
      quality,
      issues: [],
    },
    volumes: { [kind]: volume },
    ...(drawn?.ok ? { expert: { [kind]: drawn.value } } : {}),
    notUsed: [],
  };
  return accepted(exam, issues);
}
