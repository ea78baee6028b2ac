import { byTissue, type Tissue } from './tissue.ts';

type ByTissue = { readonly [Name in Tissue]: number };

/**
 * Balanced steady-state free precession on resonance:
 * S = M0 sin α (1 - E1) / (1 - (E1 - E2) cos α - E1 E2) · e^(-TE/T2). DOMAIN C3.
 */
export function bssfpSignal(
  density: number,
  t1Ms: number,
  t2Ms: number,
  { trMs, teMs, flipDegrees }: { trMs: number; teMs: number; flipDegrees: number },
): number {
  const alpha = (flipDegrees * Math.PI) / 180;
  const e1 = Math.exp(-trMs / t1Ms);
  const e2 = Math.exp(-trMs / t2Ms);
  return (
    ((density * Math.sin(alpha) * (1 - e1)) / (1 - (e1 - e2) * Math.cos(alpha) - e1 * e2)) *
    Math.exp(-teMs / t2Ms)
  );
}

/** Inversion recovery with its sign: Mz = M0 (1 - 2 e^(-TI/T1) + e^(-TR/T1)). DOMAIN C3. */
export function inversionRecoverySignal(
  density: number,
  t1Ms: number,
  { tiMs, trMs }: { tiMs: number; trMs: number },
): number {
  return density * (1 - 2 * Math.exp(-tiMs / t1Ms) + Math.exp(-trMs / t1Ms));
}

/** The inversion time that nulls a T1: 1 - 2 e^(-TI/T1) + e^(-TR/T1) = 0. */
export function nullingTimeMs(t1Ms: number, trMs: number): number {
  return t1Ms * (Math.LN2 - Math.log1p(Math.exp(-trMs / t1Ms)));
}

/** Proton densities relative to blood plasma. (recalled) */
const density: ByTissue = {
  air: 0,
  lvBlood: 0.95,
  myocardium: 0.8,
  infarct: 0.85,
  mvo: 0.8,
  rvBlood: 0.95,
  rvWall: 0.8,
  epicardialFat: 0.9,
  papillary: 0.8,
  atrialBlood: 0.95,
  atrialWall: 0.8,
  fat: 0.95,
  muscle: 0.8,
  lung: 0.09,
  liver: 0.75,
  stomach: 0.6,
  aorta: 0.95,
  bone: 0.5,
};

export type FieldStrengthT = 1.5 | 3;

/**
 * Native T1 and T2 in ms, DOMAIN C2: myocardium 996/1,184 (Granitz; 3 T) and
 * 52/46; acute infarct 1,097/1,323 and 65; MVO core 1,000/1,250 and 48; blood
 * 1,600/1,900 and 250/150 (recalled); fat 260/370 and 70; liver 580/800 and 46.
 * Lung, stomach and bone are not in the table (recalled).
 */
const nativeT1: { readonly [Field in FieldStrengthT]: ByTissue } = {
  1.5: {
    ...spread(1600, 996, 260),
    infarct: 1097,
    mvo: 1000,
    muscle: 900,
    lung: 1200,
    liver: 580,
    stomach: 1100,
    bone: 500,
  },
  3: {
    ...spread(1900, 1184, 370),
    infarct: 1323,
    mvo: 1250,
    muscle: 1100,
    lung: 1300,
    liver: 800,
    stomach: 1300,
    bone: 600,
  },
};

const nativeT2: { readonly [Field in FieldStrengthT]: ByTissue } = {
  1.5: {
    ...spread(250, 52, 70),
    infarct: 65,
    mvo: 48,
    muscle: 40,
    lung: 40,
    liver: 46,
    stomach: 60,
    bone: 50,
  },
  3: { ...spread(150, 46, 70), infarct: 60, mvo: 46, muscle: 35, lung: 35, liver: 40, stomach: 55, bone: 45 },
};

/**
 * T1 15 min after gadolinium in ms: remote 450, infarct 280, blood 320, MVO 550
 * at 1.5 T (recalled, DOMAIN C2); remote 410 at 3 T (DOMAIN C2), the others at
 * 3 T in the same proportion (derived).
 */
const enhancedT1: { readonly [Field in FieldStrengthT]: ByTissue } = {
  1.5: {
    ...spread(320, 450, 260),
    infarct: 280,
    mvo: 550,
    muscle: 480,
    lung: 500,
    liver: 380,
    stomach: 450,
    bone: 350,
  },
  3: {
    ...spread(292, 410, 330),
    infarct: 255,
    mvo: 500,
    muscle: 440,
    lung: 460,
    liver: 350,
    stomach: 420,
    bone: 350,
  },
};

function spread(
  blood: number,
  heartMuscle: number,
  fat: number,
): Omit<ByTissue, 'infarct' | 'mvo' | 'muscle' | 'lung' | 'liver' | 'stomach' | 'bone'> {
  return {
    air: 1000,
    lvBlood: blood,
    rvBlood: blood,
    atrialBlood: blood,
    aorta: blood,
    myocardium: heartMuscle,
    rvWall: heartMuscle,
    papillary: heartMuscle,
    atrialWall: heartMuscle,
    epicardialFat: fat,
    fat,
  };
}

/** Fat hardly takes up contrast agent. */
const unenhanced: ReadonlySet<Tissue> = new Set<Tissue>(['fat', 'epicardialFat']);

/** DOMAIN C1: TR 2.8 to 3.4 ms, TE 1.2 to 1.6 ms, flip angle 50 to 80° (1.5 T), 35 to 50° (3 T). */
export const cineTiming = {
  1.5: { trMs: 3.0, teMs: 1.4, flipDegrees: 65 },
  3: { trMs: 3.2, teMs: 1.5, flipDegrees: 45 },
} as const;

/** Cine signal by tissue code. */
export function cineSignals(field: FieldStrengthT): Float32Array {
  return byTissue(
    mapTissues((name) =>
      bssfpSignal(density[name], nativeT1[field][name], nativeT2[field][name], cineTiming[field]),
    ),
  );
}

/**
 * LGE signal by tissue code, phase-sensitive: remote myocardium about 0, MVO
 * below, infarct highest. `remoteT1Factor` is the patient's wash-out; `tiErrorMs`
 * a wrongly chosen inversion time.
 */
export function lgeSignals(
  field: FieldStrengthT,
  rrMs: number,
  remoteT1Factor: number,
  tiErrorMs: number,
): { signals: Float32Array; tiMs: number; trMs: number } {
  // Every second heart beat is read (DOMAIN C1).
  const trMs = 2 * rrMs;
  const t1 = enhancedT1[field];
  const tiMs = nullingTimeMs(t1.myocardium * remoteT1Factor, trMs) + tiErrorMs;
  const signals = byTissue(
    mapTissues((name) =>
      inversionRecoverySignal(density[name], t1[name] * (unenhanced.has(name) ? 1 : remoteT1Factor), {
        tiMs,
        trMs,
      }),
    ),
  );
  return { signals, tiMs, trMs };
}

/**
 * T2-weighted dark-blood signal by tissue code, DOMAIN C3:
 * |1 - 2 e^(-TI/T1) + e^(-TR/T1)| · e^(-TE/T2), blood nulled by the double inversion but for a share.
 */
export function stirSignals(
  field: FieldStrengthT,
  { tiMs, trMs, teMs, bloodShare }: { tiMs: number; trMs: number; teMs: number; bloodShare: number },
): Float32Array {
  const blood: ReadonlySet<Tissue> = new Set<Tissue>(['lvBlood', 'rvBlood', 'atrialBlood', 'aorta']);
  return byTissue(
    mapTissues((name) => {
      const recovered = inversionRecoverySignal(density[name], nativeT1[field][name], { tiMs, trMs });
      const decayed = Math.abs(recovered) * Math.exp(-teMs / nativeT2[field][name]);
      return blood.has(name) ? bloodShare * decayed : decayed;
    }),
  );
}

/** What a perfect T1 or T2 map shows by tissue code, in ms; air has no value. */
export function mapValues(map: 'T1' | 'T1 enhanced' | 'T2', field: FieldStrengthT): Float32Array {
  const table = { T1: nativeT1, 'T1 enhanced': enhancedT1, T2: nativeT2 }[map][field];
  return byTissue(mapTissues((name) => (name === 'air' ? 0 : table[name])));
}

function mapTissues(value: (name: Tissue) => number): ByTissue {
  return Object.fromEntries(
    (Object.keys(density) as Tissue[]).map((name) => [name, value(name)]),
  ) as ByTissue;
}
