import { heldOutSuite } from './held-out-suite.fixture.ts';
import { judgedCohort } from './judged.fixture.ts';

heldOutSuite('boosted-cox', judgedCohort('columns', 1));
