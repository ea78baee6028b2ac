import type { Random } from '@myocast/base';
import { cineSignals, lgeSignals, stirSignals } from './contrast.ts';
import type { FieldStrengthT } from './signal.ts';
import { blood, type LabelledKind, type Tissue, tissueCode } from './tissue.ts';

/**
 * Signals of no sequence: contrast from the physics at a random field strength,
 * then every tissue's own factor, then the heart's own contrast; one image in
 * twelve is inverted, as its labels are still to be found.
 */
export function randomSignals(random: Random, kind: LabelledKind): Float32Array {
  const physics = physicsOf(random, kind);
  const top = physics.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const spread = random.uniform(0.05, 0.35);
  const signals = physics.map((value) => (value / top) * Math.exp(random.normal(0, spread)));
  // A black rim between fat and water, or none.
  if (kind.startsWith('cine') && random.chance(0.4))
    for (const name of ['fat', 'epicardialFat', 'marrow'] as const)
      signals[tissueCode[name]] = Math.abs(signals[tissueCode[name]]!);
  if (kind === 'lge-sax') mixLge(random, signals);
  else if (kind === 't2-sax') mixT2(random, signals);
  else mixCine(random, signals);
  follow(random, signals, 'myocardium', ['papillary', 'rvWall', 'rvTrabecula', 'atrialWall'], 0.85, 1.15);
  follow(
    random,
    signals,
    'lvBlood',
    blood.filter((name) => name !== 'lvBlood'),
    0.75,
    1.15,
  );
  return random.chance(1 / 12) ? inverted(signals) : signals;
}

function physicsOf(random: Random, kind: LabelledKind): Float32Array {
  const field = random.choice<FieldStrengthT>([1.5, 3]);
  const rrMs = random.uniform(600, 1100);
  if (kind === 'lge-sax')
    return lgeSignals(field, rrMs, random.uniform(0.8, 1.2), random.normal(0, 30)).signals;
  if (kind === 't2-sax') return stirSignals(field, rrMs, random.uniform(0, 0.4)).signals;
  return cineSignals(field, random.uniform(1, 1.9));
}

function follow(
  random: Random,
  signals: Float32Array,
  leader: Tissue,
  followers: readonly Tissue[],
  low: number,
  high: number,
): void {
  for (const name of followers)
    signals[tissueCode[name]] = signals[tissueCode[leader]]! * random.uniform(low, high);
}

function mixCine(random: Random, signals: Float32Array): void {
  const bright = random.uniform(0.45, 1);
  const muscle = bright * random.uniform(0.15, 0.65);
  signals[tissueCode.lvBlood] = bright;
  signals[tissueCode.myocardium] = muscle;
  signals[tissueCode.oedema] = muscle * random.uniform(0.95, 1.2);
  signals[tissueCode.infarct] = muscle * random.uniform(0.9, 1.25);
  signals[tissueCode.mvo] = muscle * random.uniform(0.8, 1.1);
  signals[tissueCode.haemorrhage] = muscle * random.uniform(0.6, 1);
}

function mixLge(random: Random, signals: Float32Array): void {
  const infarct = random.uniform(0.55, 1);
  const muscle = random.uniform(-0.05, 0.25);
  const dark = muscle + random.uniform(-0.2, 0.1);
  signals[tissueCode.infarct] = infarct;
  signals[tissueCode.myocardium] = muscle;
  signals[tissueCode.oedema] = muscle + random.uniform(0, 0.12) * infarct;
  signals[tissueCode.lvBlood] = muscle + (infarct - muscle) * random.uniform(0.3, 1.05);
  signals[tissueCode.mvo] = dark;
  signals[tissueCode.haemorrhage] = dark;
}

function mixT2(random: Random, signals: Float32Array): void {
  const muscle = random.uniform(0.25, 0.6);
  const bright = muscle * random.uniform(1.25, 2.4);
  signals[tissueCode.myocardium] = muscle;
  signals[tissueCode.oedema] = bright;
  signals[tissueCode.infarct] = bright * random.uniform(0.85, 1.1);
  signals[tissueCode.mvo] = bright * random.uniform(0.7, 1);
  signals[tissueCode.haemorrhage] = muscle * random.uniform(0.7, 1.3);
  signals[tissueCode.lvBlood] = muscle * random.uniform(0, 0.7);
}

/** What was brightest is darkest; air keeps to one end. */
function inverted(signals: Float32Array): Float32Array {
  const top = signals.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return signals.map((value) => top - Math.abs(value));
}
