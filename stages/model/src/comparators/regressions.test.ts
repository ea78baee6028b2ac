import { heldOutSuite } from './held-out-suite.fixture.ts';
import { judgedCohort } from './judged.fixture.ts';

for (const name of ['clinical-cox', 'cmr-cox', 'clinical-cmr-cox', 'fine-gray', 'elastic-net-cox'])
  heldOutSuite(name, judgedCohort('columns', 1));
