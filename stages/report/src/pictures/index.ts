export { examIndex } from './exam-index.ts';
export { type ExamPicture, examPictures } from './exam-pictures.ts';
export { maskSheet } from './image-sheets.ts';
export type { ExamPaths } from './shown-series.ts';
