import { Random } from '@myocast/base';
import {
  createSubject,
  type SimulationConfig,
  type Subject,
  subjectIds,
} from '../../stages/simulation/src/cohort.ts';
import { type CourseEvent, drawCourse } from '../../stages/simulation/src/outcome/course.ts';
import { frailtySd, hazardTable } from '../../stages/simulation/src/outcome/hazards.ts';
import type { MeasuredCmr } from '../../stages/simulation/src/record/measured-cmr.ts';
import { measuredCmr } from '../../stages/simulation/src/tables/cmr-table.ts';

/** An enrolled subject, the core laboratory's reading, and further courses that might have been. */
export interface Simulated {
  readonly subject: Subject;
  readonly measured: MeasuredCmr;
  readonly courses: readonly (readonly CourseEvent[])[];
}

export function simulatePeople(config: SimulationConfig, coursesEach: number): Simulated[] {
  return subjectIds(config).map((id) => {
    const subject = createSubject(config, id);
    const random = new Random(`check ${config.seed} ${id}`);
    const courses = Array.from({ length: coursesEach }, () =>
      drawCourse(random, hazardTable(subject.predictors, random.normal(0, frailtySd))),
    );
    return { subject, measured: measuredCmr(config, subject), courses };
  });
}
