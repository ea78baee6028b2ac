export { type ExamPaths, type ExamPicture, examPictures, maskSheet } from './exam-pictures.ts';
