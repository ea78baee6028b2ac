// Whether the places of training patients, had they travelled with a model bundle, would tell who is who: someone who
// knows a few facts of a patient looks for the place that fits them best. Prints the shares for docs/decisions/0023.
//   npm run check:linkage -- --study <folder>
import { parseArgs } from 'node:util';
import { Random } from '@myocast/base';
import { fitPopulation, forecastDefaults } from '@myocast/model';
import { mapPatients, nearestPatients } from '@myocast/model/explanation';
import { studySource } from '../apps/cli/src/road/study-source.ts';
import { fitScaler } from '../stages/model/src/scaler.ts';
import { valueOf } from './cohort/value-of.ts';

const { values: options } = parseArgs({
  options: {
    study: { type: 'string', default: 'myocast-study' },
    targets: { type: 'string', default: '100' },
  },
});
const { table, outcome } = valueOf(await studySource(options.study));
const rows = [...table.subjects.keys()];
const p = table.columns.length;
const random = new Random('linkage');
const scaler = fitScaler(table, rows, forecastDefaults.scaler, random.fork('scaler'));
const population = fitPopulation(scaler, table, rows);
const map = mapPatients(population, scaler, table, rows, outcome);
const targets = random.fork('targets').permutation(rows.length).slice(0, Number(options.targets));
const clinical = [...table.columns.keys()].filter((j) => table.columns[j]!.source === 'clinical');
console.log(`${rows.length} patients, ${map.axes.length} axes`);
for (const known of [5, 10, 20, 40, p]) {
  const ranks = Array.from(targets, (row) => {
    const facts =
      known === p
        ? [...table.columns.keys()]
        : Array.from(
            random.fork(`${known} ${row}`).permutation(clinical.length).slice(0, known),
            (at) => clinical[at]!,
          );
    const observed = new Uint8Array(table.observed.length);
    for (const j of facts) observed[row * p + j] = table.observed[row * p + j]!;
    const seen = {
      ...table,
      observed,
      segments: known === p ? table.segments : [],
      slices: known === p ? table.slices : table.slices.map(() => []),
    };
    const found = nearestPatients(population, map, scaler, seen, row, {
      count: rows.length,
      horizonDays: null,
      itself: null,
    });
    return found.patients.findIndex(({ index }) => index === row) + 1;
  });
  const share = (most: number) =>
    ((100 * ranks.filter((rank) => rank <= most).length) / ranks.length).toFixed(0);
  console.log(
    `${known === p ? 'the whole record' : `${known} clinical values`}: the patient is the nearest of all in ${share(1)} %, among ten in ${share(10)} %`,
  );
}
