import { parentPort, workerData } from 'node:worker_threads';
import type { SimulationConfig } from './cohort.ts';
import { writeExam } from './write-exam.ts';

const { config, outFolder } = workerData as { config: SimulationConfig; outFolder: string };

// One subject a message; the answer asks for the next. An error ends the worker, which its owner hears of.
parentPort!.on('message', (subject: string) => {
  void writeExam(config, subject, outFolder).then(
    (written) => parentPort!.postMessage({ written }, []),
    (error: unknown) => parentPort!.postMessage({ error: String(error) }, []),
  );
});
