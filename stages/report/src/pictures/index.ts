export { type ExamPaths, type ExamPicture, examPictures } from './exam-pictures.ts';
