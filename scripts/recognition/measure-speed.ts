import { Random } from '@myocast/base';
import { classifyExam, seriesFacts } from '@myocast/dicom';
import { examQuality } from '@myocast/imaging';
import { beat, sketched } from '../../libs/dicom/src/testing/cardiac-exam.ts';

export interface SpeedRow {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms of processor time';
  readonly runs: number;
}

/** Processor time of recognition and quality for an exam of 25 phases × 10 slices of 256², and a late enhancement. */
export function measureSpeed(): readonly SpeedRow[] {
  const random = new Random('speed');
  const affine = [0.84, 0, -8, 0, 1.12, 0, 6, 0, 0, -1.4, 0, 0, 0, 0, 0, 1];
  const volume = (phases: number) => {
    const data = new Float32Array(phases * 10 * 256 * 256);
    for (let at = 0; at < data.length; at++) {
      const [x, y, t] = [at % 256, (at >> 8) % 256, Math.floor(at / 655_360)];
      const off = Math.hypot(x - 120, y - 130);
      data[at] = (off < 20 + 5 * Math.cos(t / 4) ? 800 : off < 90 ? 200 : 20) + 20 * random.uniform();
    }
    return { shape: [phases, 10, 256, 256] as const, data, affine, triggerTimesMs: null };
  };
  const known = { emptySlices: [], variant: null, oriented: true };
  const exam = [
    { kind: 'cine-sax', volume: volume(25), ...known },
    { kind: 'lge-sax', volume: volume(1), ...known },
  ] as const;
  const cine = sketched({ SeriesDescription: 'cine sax', images: 25, slices: 10, each: beat, plane: 'sax' });
  const series = Array.from({ length: 15 }, (_, index) =>
    index === 0
      ? cine
      : sketched({ SeriesDescription: `series ${index}`, slices: 5, plane: 'axial' }, `2.25.${index}`),
  );
  return [
    row('quality of a cine of 25 phases × 10 slices of 256² and a late enhancement of 10 slices', () =>
      examQuality(exam),
    ),
    row('recognition of 15 series, 320 images, by their headers', () =>
      classifyExam(series.map(seriesFacts)),
    ),
  ];
}

const runs = 7;

function row(name: string, work: () => unknown): SpeedRow {
  work();
  const times = Array.from({ length: runs }, () => {
    const before = process.cpuUsage();
    work();
    return process.cpuUsage(before).user / 1000;
  }).sort((a, b) => a - b);
  return { name, value: Math.round(times[Math.floor(runs / 2)]!), unit: 'ms of processor time', runs };
}
