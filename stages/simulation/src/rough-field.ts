import type { Random } from '@myocast/base';
import { fieldAngles, fieldCells, fieldLevels } from './wall-grid.ts';

/** One wave on the wall: whole turns round it, turns along it, and where it begins. */
export interface Wave {
  readonly around: number;
  readonly along: number;
  readonly phase: number;
}

/** Six waves with up to `most` turns round the wall. */
export function drawWaves(random: Random, most: number): readonly Wave[] {
  return Array.from({ length: 6 }, () => ({
    around: 1 + random.integer(most),
    along: random.uniform(-most / 2, most / 2),
    phase: random.uniform(0, 2 * Math.PI),
  }));
}

/** cos and sin of so many turns at every column: [turns, angle]. */
const mostTurns = 6;
const turned = (of: (angle: number) => number) =>
  Float64Array.from({ length: (mostTurns + 1) * fieldAngles }, (_, at) =>
    of(((Math.floor(at / fieldAngles) * (at % fieldAngles)) / fieldAngles) * 2 * Math.PI),
  );
const cosines = turned(Math.cos);
const sines = turned(Math.sin);

/**
 * A smooth random field of about unit variance on the grid: the sum of the waves. At one level the waves of as many
 * turns are one wave, by cos(a + b) = cos a cos b - sin a sin b, which spares the cosine of every cell; half a turn on,
 * those of even turns are the same and those of odd turns change sign.
 */
export function roughField(waves: readonly Wave[]): Float32Array {
  const scale = 1 / Math.sqrt(waves.length / 2);
  const field = new Float32Array(fieldCells);
  const cosine = new Float64Array(mostTurns + 1);
  const sine = new Float64Array(mostTurns + 1);
  const even = new Float64Array(halfTurn);
  const odd = new Float64Array(halfTurn);
  const turns = [...new Set(waves.map(({ around }) => around))];
  for (let row = 0; row < fieldLevels; row++) {
    cosine.fill(0);
    sine.fill(0);
    for (const { around, along, phase } of waves) {
      const here = along * 2 * Math.PI * (row / fieldLevels) + phase;
      cosine[around]! += scale * Math.cos(here);
      sine[around]! += scale * Math.sin(here);
    }
    even.fill(0);
    odd.fill(0);
    for (const around of turns)
      addWave(around % 2 === 0 ? even : odd, around, cosine[around]!, sine[around]!);
    const first = row * fieldAngles;
    for (let column = 0; column < halfTurn; column++) {
      field[first + column] = even[column]! + odd[column]!;
      field[first + halfTurn + column] = even[column]! - odd[column]!;
    }
  }
  return field;
}

const halfTurn = fieldAngles / 2;

function addWave(level: Float64Array, around: number, cosine: number, sine: number): void {
  const first = around * fieldAngles;
  for (let column = 0; column < halfTurn; column++)
    level[column]! += cosine * cosines[first + column]! - sine * sines[first + column]!;
}
