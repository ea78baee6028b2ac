import { heldOutSuite } from './held-out-suite.fixture.ts';
import { judgedCohort } from './judged.fixture.ts';

heldOutSuite('random-survival-forest', judgedCohort('columns', 1));
