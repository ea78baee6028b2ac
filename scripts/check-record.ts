// The validation record of `myocast run --json` holds, for every centre, each model's concordance with its interval.
import { readFileSync } from 'node:fs';
import type { ValidationRecord } from '@myocast/validation';

const [path] = process.argv.slice(2);
const record = JSON.parse(readFileSync(path!, 'utf8')) as ValidationRecord;
const expected = ['multimodal', 'clinical-cox', 'oracle'];
const errors: string[] = [];
const centres = record.groups.filter(({ group }) => group !== 'all');
if (centres.length < 2) errors.push(`expected at least 2 held-out centres, found ${centres.length}`);
for (const { group, models } of record.groups) {
  for (const name of expected) {
    const harrell = models.find(({ model }) => model === name)?.harrell;
    if (!harrell) errors.push(`${group}: expected ${name}, found none`);
    else if (harrell.value === null ? !harrell.reason : harrell.low === null || harrell.high === null)
      errors.push(`${group}, ${name}: expected a concordance with its interval, or the reason why not`);
  }
}
const pooled = record.groups.find(({ group }) => group === 'all')?.models ?? [];
for (const { model, harrell } of pooled) {
  if (harrell.value === null || harrell.value <= 0.3 || harrell.value > 1)
    errors.push(`all, ${model}: expected a concordance above 0.3, found ${harrell.value}`);
}
for (const error of errors) console.error(error);
console.log(`record: ${record.subjects} subjects, ${centres.length} centres, ${errors.length} errors`);
process.exit(errors.length > 0 ? 1 : 0);
