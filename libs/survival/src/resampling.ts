export { type BootstrapInterval, bootstrapInterval, quantile } from './resampling/bootstrap.ts';
