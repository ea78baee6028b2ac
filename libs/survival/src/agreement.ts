export { type BlandAltman, blandAltman, type Bounded } from './agreement/bland-altman.ts';
export { intraclassCorrelation } from './agreement/intraclass.ts';
