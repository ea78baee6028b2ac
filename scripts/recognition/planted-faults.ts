import type { Random } from '@myocast/base';
import type { Volume } from '@myocast/dicom';

/** Makes a volume worse in a known way. Distances are in mm; volumes without geometry are taken for 340 mm wide. */
export type Fault = (volume: Volume, random: Random) => Volume;

const pixelMm = ({ affine, shape }: Volume) =>
  affine ? Math.hypot(affine[0]!, affine[4]!, affine[8]!) : 340 / Math.max(shape[2], shape[3]);

function changed(volume: Volume, change: (data: Float32Array) => void): Volume {
  const data = volume.data.slice();
  change(data);
  return { ...volume, data };
}

/** One slice but the first and last, moved in the plane by so many mm. */
export const shiftedSlice =
  (mm: number): Fault =>
  (volume, random) => {
    const [phases, slices, rows, columns] = volume.shape;
    const slice = 1 + random.integer(slices - 2);
    const angle = random.uniform(0, 2 * Math.PI);
    const down = Math.round((Math.sin(angle) * mm) / pixelMm(volume));
    const across = Math.round((Math.cos(angle) * mm) / pixelMm(volume));
    return changed(volume, (data) => {
      for (let t = 0; t < phases; t++) {
        const start = (t * slices + slice) * rows * columns;
        for (let y = 0; y < rows; y++)
          for (let x = 0; x < columns; x++) {
            const [row, column] = [inside(y - down, rows), inside(x - across, columns)];
            data[start + y * columns + x] = volume.data[start + row * columns + column]!;
          }
      }
    });
  };

const inside = (at: number, length: number) => Math.min(length - 1, Math.max(0, at));

/** The last slices are not there. */
export const cutApex =
  (lost: number): Fault =>
  (volume) => {
    const [phases, slices, rows, columns] = volume.shape;
    const kept = slices - lost;
    const data = new Float32Array(phases * kept * rows * columns);
    for (let t = 0; t < phases; t++) {
      const start = t * slices * rows * columns;
      data.set(volume.data.subarray(start, start + kept * rows * columns), t * kept * rows * columns);
    }
    return { ...volume, shape: [phases, kept, rows, columns], data };
  };

/** Rician noise of a share of the brightest percent. */
export const noisy =
  (share: number): Fault =>
  (volume, random) => {
    const sigma = share * bright(volume);
    return changed(volume, (data) => {
      for (let at = 0; at < data.length; at++)
        data[at] = Math.hypot(data[at]! + sigma * random.normal(), sigma * random.normal());
    });
  };

function bright({ data, shape }: Volume): number {
  const first = data.slice(0, shape[1] * shape[2] * shape[3]).sort();
  return first[Math.floor(0.99 * first.length)]!;
}

/** Copies of what changes through the beat, a third of the field up and down. */
export const ghosted =
  (strength: number): Fault =>
  (volume) => {
    const [phases, slices, rows, columns] = volume.shape;
    const pixels = rows * columns;
    const step = Math.round(rows / 3);
    return changed(volume, (data) => {
      for (let image = 0; image < phases * slices; image++)
        for (let y = 0; y < rows; y++)
          for (const from of [(y + step) % rows, (y - step + rows) % rows])
            for (let x = 0; x < columns; x++) {
              const at = image * pixels + y * columns + x;
              data[at] = data[at]! + strength * volume.data[image * pixels + from * columns + x]!;
            }
    });
  };

/** One slice begins so many phases late. */
export const lateTrigger =
  (phasesLate: number): Fault =>
  (volume, random) =>
    phasesMoved(volume, middleSlice(volume, random), (t, phases) => (t + phasesLate) % phases);

/** One slice in which the phases of a part of the beat stand in for another part. */
export const missedBeat: Fault = (volume, random) => {
  const wrong = random.integer(volume.shape[0]);
  return phasesMoved(volume, middleSlice(volume, random), (t, phases) =>
    t === wrong ? Math.floor((t + phases / 2) % phases) : t,
  );
};

const middleSlice = ({ shape }: Volume, random: Random) => 1 + random.integer(Math.floor(shape[1] / 2));

function phasesMoved(volume: Volume, slice: number, from: (t: number, phases: number) => number): Volume {
  const [phases, slices, rows, columns] = volume.shape;
  const pixels = rows * columns;
  return changed(volume, (data) => {
    for (let t = 0; t < phases; t++) {
      const start = (from(t, phases) * slices + slice) * pixels;
      data.set(volume.data.subarray(start, start + pixels), (t * slices + slice) * pixels);
    }
  });
}

/** A magnitude image at an inversion time that is too short: tissue near zero turns bright, blood and scar darker. */
export const earlyInversion =
  (share: number): Fault =>
  (volume) => {
    const top = bright(volume);
    return changed(volume, (data) => {
      for (let at = 0; at < data.length; at++) data[at] = Math.abs(data[at]! - share * top);
    });
  };

/** An inversion time that is too long: everything recovers, dark tissue first. */
export const lateInversion =
  (share: number): Fault =>
  (volume) => {
    const top = bright(volume);
    return changed(volume, (data) => {
      for (let at = 0; at < data.length; at++)
        if (data[at]! > 0.03 * top) data[at] = share * top + (1 - share) * data[at]!;
    });
  };
