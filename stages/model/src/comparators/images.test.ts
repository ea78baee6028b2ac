import { heldOutSuite } from './held-out-suite.fixture.ts';
import { judgedCohort } from './judged.fixture.ts';

for (const name of ['image-only', 'late-fusion']) heldOutSuite(name, judgedCohort('slices', 2));
