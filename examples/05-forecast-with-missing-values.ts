// Trains a forecast on a bare table with missing cells, and forecasts a patient of whom only the age is known.
import { Random } from '@myocast/base';
import { bareTable, forecast, patientTable, predictorDefinitions, trainForecast } from '@myocast/model';

const random = new Random('example');
const rows = Array.from({ length: 150 }, (_, n) => {
  const age = random.normal(60, 11);
  const killip = random.chance(0.2) ? 2 : 1;
  const hazardPerDay = 2e-4 * Math.exp(0.06 * (age - 60) + 0.8 * (killip - 1));
  const event = random.exponential(hazardPerDay);
  const censored = random.uniform(300, 1800);
  const cell = (value: number) => (random.chance(0.1) ? '' : value.toFixed(1));
  const days = Math.min(event, censored).toFixed(0);
  return [`S${n}`, cell(age), cell(killip), days, event < censored ? '1' : '0'];
});
const columns = ['subject', 'age', 'killip', 'days', 'death'];
const read = bareTable({ path: 'example', columns, rows }, { time: 'days', event: 'death', id: 'subject' });
if (!read.ok) throw new Error(read.issues[0]!.message);
const { table, outcome } = read.value;
const trained = await trainForecast({
  table,
  outcome,
  rows: [...table.subjects.keys()],
  random: new Random(1),
});
const predictors = predictorDefinitions(trained.plan, table.columns, []);
for (const age of [45, 80]) {
  const patient = patientTable(predictors, [{ subject: `aged ${age}`, values: { age } }]);
  if (!patient.ok) throw new Error(patient.issues[0]!.message);
  const [one] = await forecast(trained, patient.value, [0]);
  const end = one!.timesDays.length - 1;
  const percent = (100 * one!.composite.risk[end]!).toFixed(0);
  console.log(
    `${one!.subject}: ${percent} % by day ${one!.timesDays[end]}, without: ${one!.missing.join(', ')}`,
  );
}
