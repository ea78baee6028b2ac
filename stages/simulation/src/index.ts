export { type PhantomKind, type PhantomSample, phantomSample } from './phantom-sample.ts';
