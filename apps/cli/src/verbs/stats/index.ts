import type { Verb } from '../../verb.ts';
import { aftVerb } from './aft.ts';
import { aucVerb } from './auc.ts';
import { boostingVerb } from './boosting.ts';
import { brierVerb } from './brier.ts';
import { calibrationVerb } from './calibration.ts';
import { causeSpecificVerb } from './cause-specific.ts';
import { cifVerb } from './cif.ts';
import { compareVerb } from './compare.ts';
import { concordanceVerb } from './concordance.ts';
import { coxVerb } from './cox.ts';
import { decisionCurveVerb } from './decision-curve.ts';
import { elasticNetVerb } from './elastic-net.ts';
import { fineGrayVerb } from './fine-gray.ts';
import { grayVerb } from './gray.ts';
import { forestVerb } from './forest.ts';
import { imputeVerb } from './impute.ts';
import { kmVerb } from './km.ts';
import { logrankVerb } from './logrank.ts';
import { nelsonAalenVerb } from './nelson-aalen.ts';
import { optimismVerb } from './optimism.ts';
import { poolVerb } from './pool.ts';
import { reclassificationVerb } from './reclassification.ts';
import { rmstVerb } from './rmst.ts';
import { rocVerb } from './roc.ts';
import { roystonParmarVerb } from './royston-parmar.ts';
import { sampleSizeVerb } from './sample-size.ts';
import type { StatsVerb } from './table-verb.ts';

/** Every command of `myocast stats`, in the order of the help. */
const verbs: readonly StatsVerb[] = [
  kmVerb,
  nelsonAalenVerb,
  cifVerb,
  rmstVerb,
  logrankVerb,
  grayVerb,
  coxVerb,
  elasticNetVerb,
  causeSpecificVerb,
  fineGrayVerb,
  aftVerb,
  roystonParmarVerb,
  forestVerb,
  boostingVerb,
  concordanceVerb,
  aucVerb,
  compareVerb,
  rocVerb,
  brierVerb,
  calibrationVerb,
  decisionCurveVerb,
  reclassificationVerb,
  imputeVerb,
  optimismVerb,
  poolVerb,
  sampleSizeVerb,
];

/** `myocast stats …`: the survival library by itself, CSV in, JSON out. */
export const statsVerb: Verb = (program, action) => {
  const stats = program.command('stats').description('survival statistics of a CSV table');
  for (const verb of verbs) verb(stats, action);
  for (const command of stats.commands) command.exitOverride();
};
