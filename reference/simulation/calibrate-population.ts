import { writeFileSync } from 'node:fs';
import { Random } from '../../libs/base/src/index.ts';
import { createCentre } from '../../stages/simulation/src/centre.ts';
import { normalQuantile } from '../../stages/simulation/src/distributions.ts';
import { populationNorms } from '../../stages/simulation/src/population-norms.ts';
import { latentNames } from '../../stages/simulation/src/record/copula.ts';
import { logit } from '../../stages/simulation/src/record/draw.ts';
import { type Screened, screenOne } from '../../stages/simulation/src/screening.ts';
import { mean, report, rounded, sd } from './moments.ts';

/** DOMAIN B1 of the enrolled; dyslipidaemia, smoking and stroke inside the ranges there. */
const goals = {
  age: { mean: 58.5, sd: 11.5 },
  male: 0.84,
  hypertension: 0.46,
  diabetes: 0.19,
  dyslipidaemia: 0.62,
  smoker: 0.48,
  priorStroke: 0.07,
  /** I, and I or II, of the enrolled; IV of the screened. */
  killip: [0.82, 0.95],
  killipIv: 0.03,
  haemorrhageGivenMvo: 0.33 / 0.44,
} as const;

const centres = 400;
const perCentre = 150;
const rounds = 10;

type Writable<T> = { -readonly [K in keyof T]: T[K] extends number ? number : Writable<T[K]> };

/** Moves the constants of the screened until those who are enrolled have the published marginals; same seeds in every round. */
export function calibratePopulation(): void {
  const norms = populationNorms as Writable<typeof populationNorms>;
  for (let round = 1; round <= rounds; round++) {
    const screened: Screened[] = [];
    for (let number = 1; number <= centres; number++) {
      const random = new Random(`calibration ${number}`);
      const centre = createCentre(random.fork('centre'), number);
      for (let index = 0; index < perCentre; index++)
        screened.push(screenOne(random.fork(`screened ${index}`), centre));
    }
    const enrolled = screened.filter(({ reasons }) => reasons.length === 0);
    report(`round ${round}: ${enrolled.length} of ${screened.length} enrolled`);
    move(norms, screened, enrolled);
  }
  const text = `// Written by reference/simulation/calibrate.ts population from ${centres * perCentre} screened of ${centres} centres; do not edit.

/**
 * Constants of the screened that give the enrolled the marginals of DOMAIN B1 and latent variables of
 * mean 0 and variance 1: age of all, log odds at age 58.5, steps of the latent Killip class and haemorrhage.
 */
export const populationNorms = ${JSON.stringify(norms, null, 2)} as const;
`;
  writeFileSync('stages/simulation/src/population-norms.ts', text);
}

function move(
  norms: Writable<typeof populationNorms>,
  screened: readonly Screened[],
  enrolled: readonly Screened[],
): void {
  const records = enrolled.map(({ patient }) => patient.clinical);
  const ages = records.map(({ age }) => age);
  norms.age.mean = rounded(norms.age.mean + goals.age.mean - mean(ages));
  norms.age.sd = rounded((norms.age.sd * goals.age.sd) / sd(ages));
  const shares = {
    male: mean(records.map(({ sex }) => (sex === 'male' ? 1 : 0))),
    hypertension: mean(records.map(({ hypertension }) => hypertension)),
    diabetes: mean(records.map(({ diabetes }) => diabetes)),
    dyslipidaemia: mean(records.map(({ dyslipidaemia }) => dyslipidaemia)),
    smoker: mean(records.map(({ smoker }) => smoker)),
    priorStroke: mean(records.map(({ prior_stroke }) => prior_stroke)),
  };
  for (const [name, share] of Object.entries(shares)) {
    const key = name as keyof typeof shares;
    norms.logOdds[key] = rounded(norms.logOdds[key] + logit(goals[key]) - logit(share));
  }
  const upTo = (people: readonly { killip: number }[], killip: number) =>
    normalQuantile(mean(people.map((person) => (person.killip <= killip ? 1 : 0))));
  const steps = norms.killipSteps as unknown as number[];
  for (const [index, goal] of goals.killip.entries())
    steps[index] = rounded(steps[index]! + normalQuantile(goal) - upTo(records, index + 1));
  const all = screened.map(({ patient }) => patient.clinical);
  steps[2] = rounded(steps[2]! + normalQuantile(1 - goals.killipIv) - upTo(all, 3));
  const injuries = enrolled.map(({ patient }) => patient.injury);
  const obstructed = injuries.filter(({ mvoPercent }) => mvoPercent > 0);
  const bled = mean(obstructed.map(({ haemorrhagePercent }) => (haemorrhagePercent > 0 ? 1 : 0)));
  norms.haemorrhageStep = rounded(
    norms.haemorrhageStep + 0.6 * (normalQuantile(bled) - normalQuantile(goals.haemorrhageGivenMvo)),
  );
  for (const name of latentNames) {
    const values = injuries.map(({ latent }) => latent[name]);
    const old = norms.latents[name];
    norms.latents[name] = {
      mean: rounded(old.mean + old.sd * mean(values)),
      sd: rounded(old.sd * sd(values)),
    };
  }
}
