export { type Archive, isAddress, openArchive, type Patience, usualPatience } from './address.ts';
export { credentialVariables, readCredentials } from './credentials.ts';
export { type ExamResult, examResults, type ResultPaths } from './exam-results.ts';
export { type FetchedExam, fetchExam, isResult } from './fetch-exam.ts';
export { type ExamQuery, findExams, type FoundExam } from './find.ts';
export { openReceiver, type Receiver, type ReceiverEvent, type ReceiverOptions } from './dimse/receiver.ts';
export { readExamMask } from './read-masks.ts';
export { type OutgoingObject, sendObjects, type SendOutcome } from './send.ts';
export {
  originalSources,
  readSeriesSource,
  renamedSources,
  type SeriesSource,
  type SourceLookup,
} from './series-source.ts';
