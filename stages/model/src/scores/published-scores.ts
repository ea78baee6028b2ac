import { bulluck } from './bulluck.ts';
import { cadillac } from './cadillac.ts';
import { eitel } from './eitel.ts';
import { graceInHospital } from './grace-in-hospital.ts';
import { graceSixMonths } from './grace-six-months.ts';
import { killip } from './killip.ts';
import { leiden } from './leiden.ts';
import { pami } from './pami.ts';
import type { PublishedScore } from './score.ts';
import { timiStemi } from './timi-stemi.ts';
import { valencia } from './valencia.ts';
import { zwolle } from './zwolle.ts';

/** Every score, clinical ones first; those whose weights are not known are listed too. */
export const publishedScores: readonly PublishedScore[] = [
  graceInHospital,
  graceSixMonths,
  timiStemi,
  cadillac,
  zwolle,
  pami,
  killip,
  leiden,
  eitel,
  valencia,
  bulluck,
];
