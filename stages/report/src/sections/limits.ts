import { html, type Markup } from '../markup.ts';
import type { ReportInput } from '../records.ts';

/** What the report does not show: said once for every study, and from this study's own numbers. */
export function limitsSection(input: ReportInput): Markup {
  return html`<section id="limits"><h2>What this report does not show</h2><ul>${limits(input).map((limit) => html`<li>${limit}</li>`)}</ul></section>`;
}

/** The limits as sentences, those of this study's numbers first. */
export function limits({ card, dataSet, validation, imaging, forecasts }: ReportInput): readonly string[] {
  const events = Object.entries(validation.events)
    .filter(([cause]) => dataSet.compositeCauses.includes(cause))
    .reduce((sum, [, count]) => sum + count, 0);
  const sentences: readonly (readonly [boolean, string])[] = [
    [
      card.trainedOn === 'virtual and real patients',
      'Anything about real patients alone: some of the patients are simulated, and what was found in all together need not hold in the real ones.',
    ],
    [
      card.trainedOn === 'virtual patients',
      'Anything about real patients: the patients are simulated, and a model does well on them exactly as far as the simulation put something there to find.',
    ],
    [
      events < 100,
      `A firm estimate of performance: ${events} composite events were validated, and at least 100, better 200, are asked for before an external validation is relied on.`,
    ],
    [
      card.dataSet !== validation.dataSet || dataSet.hash !== validation.dataSet,
      'One and the same data: the model card, the validation and the data set shown here name different data sets.',
    ],
    [
      imaging.verdicts.review > 0 || imaging.flagged > 0,
      'Images checked by a person: exams marked for review and flagged quantities are in the numbers as they are.',
    ],
    [true, 'That using the forecast helps: no one was treated by it. That needs a trial.'],
    [
      !validation.subgroups?.length,
      'Performance in groups by sex, age or infarct location: the groups shown are centres.',
    ],
    [
      forecasts.length > 0,
      'The doubt about one patient without an assumption: the 90 % interval takes a spread between patients with the same predictors that was set on virtual patients and that no study of real ones can show (model card).',
    ],
    [true, 'Causes: a predictor that moves the forecast need not be a place to intervene.'],
    ...validation.notes.map((note) => [true, note] as const),
  ];
  return sentences.filter(([applies]) => applies).map(([, sentence]) => sentence);
}
