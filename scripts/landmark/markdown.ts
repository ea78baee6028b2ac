import type { LandmarkRecord } from '@myocast/model';
import type { Judgement, Source } from './judged.ts';

export interface LandmarkResults {
  readonly date: string;
  readonly patients: number;
  readonly studies: readonly { readonly seed: number; readonly training: LandmarkRecord }[];
  readonly atIndexDate: { readonly largestDifference: number };
  readonly groups: readonly {
    readonly months: number;
    readonly group: string;
    readonly judgement: Judgement;
  }[];
}

/** Studies that were looked at while terms and priors were chosen. */
const developedOn = [1, 5, 6];

/** The record of `check:landmark` as a page to read. */
export function landmarkMarkdown({ date, patients, studies, atIndexDate, groups }: LandmarkResults): string {
  const ratio = ({ observedOverExpected }: Judgement, name: Source) => {
    const { value, low, high } = observedOverExpected[name];
    return `${value.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`;
  };
  const three = (values: { readonly [Name in Source]: number }) =>
    `${values.landmark.toFixed(3)} / ${values.conditional.toFixed(3)} / ${values.truth.toFixed(3)}`;
  const difference = ({ value, standardError }: Judgement['brierDifference'], digits: number) =>
    `${value.toFixed(digits)} (${standardError.toFixed(digits)})`;
  const seeds = studies.map(({ seed }) => seed);
  const seen = seeds.filter((seed) => developedOn.includes(seed));
  return [
    '# Forecasts from a later day on',
    '',
    `\`npm run check:landmark\`, ${date}: ${studies.length} virtual studies (seeds ${seeds.join(', ')}) of ${patients} patients each, without images, followed as a study would (visits, late reports, loss). The forecasts are made for ${patients} other patients of each, of whom the whole course is known, with what their study knew by the landmark: the risk of a next MACE to five years from the index date. Terms and priors were chosen on studies of seeds ${developedOn.join(', ')}, ${seen.length === 0 ? 'none of which is among these' : `of which ${seen.join(', ')} are among these`}.`,
    '',
    'Landmark is the supermodel; conditional the baseline forecast given survival, (F(t) - F(s)) / S(s), as if nothing had happened; true the risk by the hazards behind the simulation and all that happened, the frailty unknown. On the index date landmark and baseline forecast differ by at most ' +
      `${atIndexDate.largestDifference.toExponential(1)}.`,
    '',
    'Of patients without a known event the two are the same by construction. Their O/E is that of the baseline, and O/E of all patients is a mixture of theirs and that after events: each is to be read by itself.',
    '',
    'Standard errors are of the patients tested, the models taken as they are. How the difference of Brier varies with the study that a model was trained on stands in the last column, study by study.',
    '',
    '| month | patients | n (events) | mean risk: landmark / conditional / true | O/E landmark | O/E conditional | C: landmark / conditional / true | difference of C (SE) | Brier: landmark / conditional / true | difference of Brier (SE) | distance from truth: landmark / conditional | 90 % interval holds | difference of Brier (SE) by study |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|---|',
    ...groups.map(({ months, group, judgement: own }) => {
      const { landmark, conditional } = own.distanceFromTruth;
      return `| ${months} | ${group} | ${own.patients} (${Math.round(own.events)}) | ${three(own.expected)} | ${ratio(own, 'landmark')} | ${ratio(own, 'conditional')} | ${three(own.concordance)} | ${difference(own.concordanceDifference, 3)} | ${three(own.brier)} | ${difference(own.brierDifference, 4)} | ${landmark.toFixed(3)} / ${conditional.toFixed(3)} | ${(100 * own.coverage).toFixed(0)} % | ${own.brierDifferenceByStudy.map((one) => difference(one, 4)).join('; ')} |`;
    }),
    '',
    '## What was learnt',
    '',
    'Log odds ratio of the composite, made stiffer, with its standard error before, and the subjects that show the term. The effects of causes are how they depart from that of any event.',
    '',
    `| term | ${studies.map(({ seed }) => `study ${seed}`).join(' | ')} |`,
    `|---|${studies.map(() => '---').join('|')}|`,
    ...[...new Set(studies.flatMap(({ training }) => training.terms.map(({ term }) => term)))].map((term) => {
      const cells = studies.map(({ training }) => {
        const own = training.terms.find((entry) => entry.term === term);
        return own
          ? `${own.coefficient.toFixed(2)} (${own.standardError.toFixed(2)}), ${own.subjects}`
          : 'left out';
      });
      return `| ${term} | ${cells.join(' | ')} |`;
    }),
    '',
    ...studies.map(
      ({ seed, training }) =>
        `Study ${seed}: ${training.events} events after a landmark, ${training.informative} of them after another event or a finding, each of these at ${training.copies.toFixed(1)} landmarks; stiffness of the prior ${training.stiffness ?? 'infinite'}; at risk (events) ${training.landmarks.map(({ days, subjects, events }) => `month ${Math.round(days / 30.44)}: ${subjects} (${events})`).join(', ')}.`,
    ),
    '',
  ].join('\n');
}
