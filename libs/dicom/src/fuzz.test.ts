import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { damage } from './testing/damage.ts';
import { deidentifyTarget } from './testing/deidentify-target.ts';
import { pixelTarget } from './testing/pixel-target.ts';

const cases = 2000;

describe('damaged files on their way through the confidentiality profile', () => {
  it('end in a file that can be read again or in an issue', () => {
    const [seed] = deidentifyTarget.seeds();
    const random = new Random('fuzz').fork(deidentifyTarget.name);
    let done = 0;
    for (let index = 0; index < 1000; index++)
      if (deidentifyTarget.read(damage(seed!.bytes, seed!.from, random.fork(index)), 'a').ok) done++;
    expect(done).toBeGreaterThan(50);
  });
});

describe('damaged files of every transfer syntax', () => {
  it('end in pixels or in an issue that names the file, each within a second and in little memory', () => {
    const seeds = pixelTarget.seeds();
    const random = new Random('damaged pixels');
    const counts = { read: 0, refused: 0 };
    for (let index = 0; index < cases; index++) {
      const seed = seeds[index % seeds.length]!;
      const bytes = damage(seed.bytes, seed.from, random.fork(index));
      // Time of the processor, since others may use the machine.
      const started = process.cpuUsage();
      const read = pixelTarget.read(bytes, seed.name);
      expect([seed.name, index, process.cpuUsage(started).user < 1e6]).toEqual([seed.name, index, true]);
      counts[read.ok ? 'read' : 'refused']++;
      if (!read.ok) expect(read.issues[0]!.path).toBe(seed.name);
    }
    // Most faults must be seen, and some lie where no reader can see them.
    expect(counts.refused).toBeGreaterThan(cases / 2);
    expect(counts.read).toBeGreaterThan(cases / 20);
    expect(process.memoryUsage.rss()).toBeLessThan(2 ** 30);
  });

  it('give the same outcome when read twice', () => {
    const seeds = pixelTarget.seeds();
    const random = new Random('twice');
    for (let index = 0; index < 3 * seeds.length; index++) {
      const seed = seeds[index % seeds.length]!;
      const bytes = damage(seed.bytes, seed.from, random.fork(index));
      expect(withoutFile(pixelTarget.read(bytes, seed.name))).toEqual(
        withoutFile(pixelTarget.read(bytes, seed.name)),
      );
    }
  });
});

/** The pixels or the issues alone. */
function withoutFile(read: ReturnType<typeof pixelTarget.read>): unknown {
  return read.ok ? (read.value as { readonly stored: unknown }).stored : read.issues;
}
