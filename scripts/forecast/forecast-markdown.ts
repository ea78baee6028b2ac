import type { ForecastResult } from '../check-forecast.ts';
import type { Interval } from './measures.ts';

const three = (value: number) => (Number.isFinite(value) ? value.toFixed(3) : '–');
const two = (value: number | undefined) =>
  value !== undefined && Number.isFinite(value) ? value.toFixed(2) : '–';
const range = ({ value, low, high }: Interval) => `${three(value)} (${three(low)} to ${three(high)})`;
const percent = (value: number) => `${(100 * value).toFixed(0)} %`;
const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

export function forecastMarkdown(result: ForecastResult): string {
  const { study, rows, missing, seeds, shuffled, multimodalLessBest: less } = result;
  const [first] = seeds;
  const share = ({ value, low, high }: Interval) => `${percent(value)} (${percent(low)} to ${percent(high)})`;
  return `# The forecast on centres it has not seen

\`npm run check:forecast\`, ${result.date}: ${study.patients} virtual patients of ${study.centres} centres with cine, LGE and T2, through ingest, segmentation and quantification; half of the centres develop, half test, in ${seeds.length} seeds (${first!.testPatients} patients tested in each). Means over seeds; intervals are percentiles over patients drawn anew. Uno's C to 3 years, AUC integrated from 1 to 3 years. The published effects that the forecast starts from are also where the simulator's hazards come from: on virtual patients that helps more than it may on real ones.

| model | Uno's C | integrated AUC | share of the oracle's discrimination | slope at 2 y | O/E at 2 y | slope at 4.5 y | O/E at 4.5 y |
|---|---|---|---|---|---|---|---|
${rows
  .map(({ label, uno, integratedAuc, shareOfOracle, calibration: [early, late] }) =>
    line([
      label,
      range(uno),
      range(integratedAuc),
      share(shareOfOracle),
      two(early?.slope),
      two(early?.observedOverExpected),
      two(late?.slope),
      two(late?.observedOverExpected),
    ]),
  )
  .join('\n')}

Multimodal less the best comparator (${rows.find(({ name }) => name === result.best)!.label}): Uno's C ${range(less.uno)}, p = ${less.uno.p.toFixed(3)}; integrated AUC ${range(less.integratedAuc)}, p = ${less.integratedAuc.p.toFixed(3)}.

90 % intervals hold the true risk of ${result.coverage.map(({ days, share: held }) => `${percent(held)} at ${(days / 365).toFixed(1)} years`).join(', ')}.

## With something missing

| missing | Uno's C | mean width of the interval at 2 y | slope at 2 y | O/E at 2 y |
|---|---|---|---|---|
${missing.map(({ name, uno, width, calibration: [early] }) => line([name, range(uno), three(width), two(early!.slope), two(early!.observedOverExpected)])).join('\n')}

## What training decided

| seed | events to learn from | effective parameters of | published starts | passes | seconds | cross-fitted slope |
|---|---|---|---|---|---|---|
${seeds
  .map(({ seed, training, seconds, calibrationSlope }) =>
    line([
      String(seed),
      Object.values(training.events).join(' + '),
      `${training.effectiveParameters.toFixed(1)} of ${training.columns}`,
      training.published.join(', ') || 'none',
      String(training.epochs),
      seconds.toFixed(0),
      two(calibrationSlope),
    ]),
  )
  .join('\n')}

Outcomes dealt out anew among the patients who develop: Harrell's C ${shuffled.harrell.map(three).join(', ')}; mean ${three(shuffled.mean)}.
`;
}
