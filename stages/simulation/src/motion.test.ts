import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { createHeart } from './anatomy.ts';
import { atrialFillingAt, contractionAt } from './beat.ts';
import { createChambers, crossSections, leftAtriumMl } from './chambers.ts';
import { createSubject, type SimulationConfig, subjectIds, subjectRandom } from './cohort.ts';
import { noInfarct } from './infarct.ts';
import { trackPoint, trueStrain } from './motion.ts';
import { anatomyOf } from './scene.ts';
import { tissueCode } from './tissue.ts';
import { baseZ, chamberVolumesMl, cutPlane, emptyPlane, ventricleLengthMm } from './ventricle.ts';

const config: SimulationConfig = { patients: 12, centres: 4, seed: 17 };
const hearts = subjectIds(config).map((id) => {
  const { patient } = createSubject(config, id);
  const anatomy = anatomyOf(subjectRandom(config, id).fork('exam'), patient);
  return { patient, heart: createHeart(new Random(id), anatomy, patient) };
});
/** The first patient as if there were no infarct, with an ejection fraction of 60 %. */
const healthy = (() => {
  const { patient } = hearts[0]!;
  const anatomy = anatomyOf(new Random('healthy'), patient);
  const sound = { ...anatomy, infarct: noInfarct(), edvMl: 140, esvMl: 56 };
  return createHeart(new Random('healthy'), sound, patient);
})();

describe('the beating heart', () => {
  it('holds its EDV and ESV to 0.2 % and those of the RV to 1.5 %, whatever the infarct', () => {
    for (const { heart } of hearts) {
      const at = (fraction: number) =>
        chamberVolumesMl(heart.shape, heart.infarct, heart.contraction, fraction);
      const [ed, es] = [at(0), at(1)];
      expect(Math.abs(ed.lv / heart.edvMl - 1)).toBeLessThan(0.002);
      // Where the wall cannot shorten enough the goal is out of reach: none of these.
      expect(Math.abs(es.lv / heart.esvMl - 1)).toBeLessThan(0.002);
      expect(Math.abs(ed.rv / heart.rvEdvMl - 1)).toBeLessThan(0.015);
      expect(Math.abs(es.rv / heart.rvEsvMl - 1)).toBeLessThan(0.015);
      // Muscle is incompressible; only at the cap of the base does the cut change it.
      expect(Math.abs(es.wall / ed.wall - 1)).toBeLessThan(0.05);
    }
  });

  it('ejects as much from the right as from the left', () => {
    const apart = hearts.map(({ heart: { edvMl, esvMl, rvEdvMl, rvEsvMl } }) =>
      Math.abs(rvEdvMl - rvEsvMl - (edvMl - esvMl)),
    );
    // A stroke that no RV of usual size ejects at 75 % is met in part.
    expect(apart.filter((ml) => ml < 1e-9).length).toBeGreaterThanOrEqual(apart.length - 1);
    for (const { heart, patient } of hearts) {
      expect(heart.rvEdvMl / patient.bsaM2).toBeGreaterThanOrEqual(45 - 1e-9);
      expect(1 - heart.rvEsvMl / heart.rvEdvMl).toBeLessThanOrEqual(0.75 + 1e-9);
    }
  });

  it('descends by 12 to 15 mm and strains as a healthy one does', () => {
    const descent = baseZ(healthy.shape, healthy.contraction, 1);
    expect(descent).toBeGreaterThan(12);
    expect(descent).toBeLessThan(15.5);
    const { longitudinal, circumferential, radial } = trueStrain(healthy, 1);
    // DOMAIN C4: -16 to -20, -18 to -20, 35 to 60 %.
    expect(longitudinal).toBeLessThan(-14);
    expect(longitudinal).toBeGreaterThan(-22);
    expect(circumferential).toBeLessThan(-15);
    expect(circumferential).toBeGreaterThan(-23);
    expect(radial).toBeGreaterThan(25);
    expect(radial).toBeLessThan(65);
    const rest = trueStrain(healthy, 0);
    expect([rest.longitudinal, rest.circumferential, rest.radial]).toEqual([0, 0, 0]);
  });

  it('turns clockwise at the base and anticlockwise at the apex, by about 12° in all', () => {
    const turnAt = (level: number) => {
      const [x, y] = trackPoint(healthy, { level, degrees: 20, depth: 0.5 }, 1);
      return (Math.atan2(y, x) * 180) / Math.PI - 20;
    };
    expect(turnAt(0.05)).toBeLessThan(-1);
    expect(turnAt(0.95)).toBeGreaterThan(5);
    expect(turnAt(0.95) - turnAt(0.05)).toBeGreaterThan(7);
    expect(turnAt(0.95) - turnAt(0.05)).toBeLessThan(17);
  });

  it('moves a wall of infarct hardly, and the rest of it more than that of a healthy heart with the same volumes', () => {
    const { heart } = hearts.reduce((most, one) =>
      one.patient.injury.infarctPercent > most.patient.injury.infarctPercent ? one : most,
    );
    const plane = emptyPlane();
    cutPlane(heart.shape, heart.infarct, heart.contraction, 0.5 * ventricleLengthMm(heart.shape), 0, plane);
    const depths = Array.from(plane.transmurality);
    const [worst, best] = [depths.indexOf(Math.max(...depths)), depths.indexOf(Math.min(...depths))];
    const shortening = (degrees: number) => {
      const radius = (fraction: number) => {
        const [x, y] = trackPoint(heart, { level: 0.5, degrees, depth: 0 }, fraction);
        return Math.hypot(x, y);
      };
      return 1 - radius(1) / radius(0);
    };
    expect(depths[worst]!).toBeGreaterThan(0.7);
    expect(shortening(worst)).toBeLessThan(0.3 * shortening(best));
    const sound = createHeart(
      new Random(1),
      { ...anatomyOfHeart(heart), infarct: noInfarct() },
      hearts[0]!.patient,
    );
    expect(heart.contraction.radial).toBeGreaterThan(sound.contraction.radial);
  });

  it('fills in an E and an A wave, the atrium against the ventricle', () => {
    expect(contractionAt(0)).toBe(0);
    expect(contractionAt(0.4)).toBeCloseTo(1, 12);
    expect(contractionAt(1)).toBeCloseTo(0, 12);
    // Speed of filling: fast, none, and fast again.
    const speed = (beat: number) => contractionAt(beat - 0.005) - contractionAt(beat + 0.005);
    expect(speed(0.53)).toBeGreaterThan(0.03);
    expect(speed(0.78)).toBeCloseTo(0, 9);
    expect(speed(0.95)).toBeGreaterThan(0.01);
    expect(atrialFillingAt(0, 0.45)).toBe(0);
    expect(atrialFillingAt(0.4, 0.45)).toBeCloseTo(1, 12);
    expect(atrialFillingAt(0.8, 0.45)).toBeCloseTo(0.45, 12);
    expect(atrialFillingAt(1, 0.45)).toBeCloseTo(0, 12);
  });

  it('has a left atrium of its volume, at every filling', () => {
    const chambers = createChambers(new Random(3), 1.9);
    for (const [base, filling] of [
      [0, 0],
      [14, 1],
    ] as const) {
      let cubicMm = 0;
      for (let z = -chambers.roofMm - 5; z < base + 5; z += 0.25)
        for (const { tissue, rx, ry } of crossSections(chambers, z, base, filling))
          if (tissue === tissueCode.leftAtrium) cubicMm += Math.PI * rx * ry * 0.25;
      expect(cubicMm / 1000 / leftAtriumMl(chambers, filling)).toBeCloseTo(1, 2);
    }
  });
});

function anatomyOfHeart(heart: (typeof hearts)[number]['heart']) {
  const { shape, infarct, edvMl, esvMl } = heart;
  return { shape, infarct, edvMl, esvMl };
}
