import { readNumber } from '@myocast/study';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { type DevelopmentOptions, developmentDocument, developmentLines } from './sample-size-development.ts';
import { type ValidationOptions, validationDocument, validationLines } from './sample-size-validation.ts';
import { number, type StatsVerb, wholeNumber } from './table-verb.ts';

type Options = DevelopmentOptions & ValidationOptions;

export const sampleSizeVerb: StatsVerb = (stats, action) => {
  const command = stats
    .command('sample-size')
    .description('how many subjects it takes to develop or to validate a prediction model')
    .addArgument(new Argument('<purpose>').choices(['development', 'validation']))
    .addOption(
      new Option('--outcome <kind>', 'yes/no, or time to event')
        .choices(['binary', 'time-to-event'])
        .default('time-to-event'),
    )
    .option('--prevalence <share>', 'binary: share with the event', share)
    .option('--concordance <c>', 'expected C; gives R² or the spread of predictions', share);
  withDevelopment(withValidation(command))
    .hook('preAction', (called) => {
      const wrong = wrongOptions(called.args[0]!, called.opts<Options>());
      if (wrong !== null) called.error(`error: ${wrong}`);
    })
    .action(
      action<Options>(async (options, terminal, [purpose]) => {
        if (purpose === 'development') {
          const document = developmentDocument(options);
          terminal.result(document, developmentLines(document));
        } else {
          const document = validationDocument(options);
          terminal.result(document, validationLines(document));
        }
      }),
    );
};

function withDevelopment(command: Command): Command {
  return command
    .option('--parameters <p>', 'development: candidate predictor parameters', wholeNumber)
    .option('--r2 <r2>', "development: Cox and Snell's R² that is expected", share)
    .option('--nagelkerke <share>', "development: Nagelkerke's R² in its place", share)
    .option('--chi-square <x>', 'development: likelihood ratio of a published model in its place', number)
    .option('--model-subjects <n>', '… of so many subjects', wholeNumber)
    .option('--model-events <n>', '… with so many events (--d)', wholeNumber)
    .option('--model-parameters <p>', '… made on these subjects with so many parameters', wholeNumber, 0)
    .option('--d <d>', "development: Royston's D of a published model in its place", number)
    .option('--rate <rate>', 'time-to-event: events per subject and unit of time', number)
    .option('--mean-follow-up <time>', 'time-to-event: in that unit', number)
    .option('--timepoint <time>', 'time-to-event: when the overall risk must be precise', number)
    .option('--shrinkage <factor>', 'development: least uniform shrinkage', share, 0.9)
    .option('--optimism <difference>', "development: largest optimism of Nagelkerke's R²", share, 0.05)
    .option('--margin <risk>', 'development: largest error of the overall risk', share, 0.05)
    .option(
      '--available <n>',
      'development: also say how many parameters so many subjects afford',
      wholeNumber,
    );
}

function withValidation(command: Command): Command {
  return command
    .option('--risk <share>', 'validation, time-to-event: share with the event by --at', share)
    .option('--at <days>', 'validation, time-to-event: the horizon', number)
    .option('--spread <sd>', 'validation, time-to-event: standard deviation of the log hazard', number)
    .option('--shape <k>', 'validation, time-to-event: Weibull shape of the times', number, 1)
    .option('--lost <share>', 'validation, time-to-event: lost to follow-up by --at', number, 0)
    .option('--end <days>', 'validation, time-to-event: end of follow-up (default: --at)', number)
    .option('--lp-normal <mean,sd>', 'validation, binary: predicted log odds', pair)
    .option('--lp-beta <a,b>', 'validation, binary: predicted risks', pair)
    .option('--threshold <risk>', 'validation: treatment threshold of the net benefit', share)
    .option('--oe-width <width>', 'validation: width of the interval of observed/expected', number, 0.2)
    .option('--slope-width <width>', 'validation: of the calibration slope', number, 0.2)
    .option('--c-width <width>', 'validation: of C', number, 0.1)
    .option('--nb-width <width>', 'validation: of the standardised net benefit', number, 0.2)
    .option('--simulations <n>', 'validation, time-to-event: simulated cohorts', wholeNumber, 50)
    .option('--seed <seed>', 'seed of every random number', wholeNumber, 1);
}

/** What is needed and not there, or there twice; null where all is well. */
function wrongOptions(purpose: string, options: Options): string | null {
  const needs = (names: readonly (keyof Options)[]) => {
    const absent = names.find((name) => options[name] === undefined);
    return absent === undefined ? null : `expected ${flagOf(absent)} for ${purpose}, ${options.outcome}`;
  };
  if (purpose === 'development') {
    const outcome: (keyof Options)[] =
      options.outcome === 'binary' ? ['prevalence'] : ['rate', 'meanFollowUp', 'timepoint'];
    return needs(['parameters', ...outcome]) ?? wrongFit(options);
  }
  if (options.outcome === 'binary') return needs(['prevalence', 'concordance']);
  const spread = options.spread === undefined && options.concordance === undefined;
  return needs(['risk', 'at']) ?? (spread ? 'expected --spread or --concordance' : null);
}

function wrongFit({ r2, nagelkerke, chiSquare, d, concordance, modelSubjects, modelEvents }: Options) {
  const given = [r2, nagelkerke, chiSquare, d, concordance].filter((value) => value !== undefined).length;
  if (given !== 1)
    return `expected one of --r2, --nagelkerke, --chi-square, --d and --concordance, found ${given}`;
  if (chiSquare !== undefined && modelSubjects === undefined)
    return 'expected --model-subjects with --chi-square';
  if (d !== undefined && (modelSubjects === undefined || modelEvents === undefined))
    return 'expected --model-subjects and --model-events with --d';
  return null;
}

function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function share(text: string): number {
  const value = readNumber(text);
  if (value === null || !(value > 0 && value < 1))
    throw new InvalidArgumentError('Expected a number above 0 and below 1.');
  return value;
}

function pair(text: string): readonly [number, number] {
  const values = text.split(',').map(readNumber);
  const [first, second] = values;
  if (values.length !== 2 || typeof first !== 'number' || typeof second !== 'number')
    throw new InvalidArgumentError('Expected two numbers separated by a comma.');
  return [first, second];
}
