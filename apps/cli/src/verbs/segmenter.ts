import {
  crossValidate,
  type CrossValidation,
  type SegmentedKind,
  type TrainingOrder,
  trainOnDataset,
} from '@myocast/imaging';
import type { Provider } from '@myocast/autodiff';
import { InvalidArgumentError, Option } from 'commander';
import { type Terminal, valueOrStop } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { wholeNumber } from '../whole-number.ts';

interface Options {
  readonly kind: SegmentedKind;
  readonly data?: string;
  readonly phantoms: number;
  readonly steps: number;
  readonly seed: number;
  readonly threads: number;
  readonly provider: Provider;
  readonly from?: string;
  readonly holdOut: 'fifth' | 'none';
  readonly patience: number;
  readonly folds: number;
  readonly out: string;
  readonly licence: string;
}

export const segmenterVerb: Verb = (program, action) => {
  const segmenter = program.command('segmenter').description('the networks that draw the contours');
  segmenter
    .command('train')
    .description('train weights on phantoms, on annotated images, or both; given again, it goes on')
    .addOption(
      new Option('--kind <kind>', 'what is segmented')
        .choices(['cine-sax', 'lge-sax', 't2-sax', 'cine-lax'])
        .makeOptionMandatory(),
    )
    .option(
      '--data <folder>',
      'annotated images: nnU-Net (imagesTr, labelsTr), ACDC (patientNNN/ed.nii.gz, ed_label.nii.gz) or EMIDEC (slices, masks) layout',
    )
    .option('--phantoms <share>', 'share of phantoms, 0 to 1; 1 without --data', share, 0.5)
    .option(
      '--from <weights>',
      'weights to go on from, by name or folder; with --folds each fold goes on from its own in <weights>-folds where they are',
    )
    .addOption(
      new Option('--hold-out <cases>', 'cases kept out of training for measuring')
        .choices(['fifth', 'none'])
        .default('fifth'),
    )
    .option(
      '--patience <n>',
      'stop after n scores (one in 200 steps, on an eighth of the training cases) without a better one; 0: never',
      wholeNumber(0),
      0,
    )
    .option(
      '--folds <n>',
      'first cross-validate: n networks, each measured on the cases it has not seen, in <out>-folds',
      wholeNumber(0),
      0,
    )
    .option('--steps <n>', 'training steps of 8 slices', wholeNumber(1), 1000)
    .option('--seed <n>', 'seed of all random numbers', wholeNumber(0), 1)
    .option('--threads <n>', 'threads', wholeNumber(1), 2)
    .addOption(
      new Option('--provider <provider>', 'where the steps run')
        .choices(['cpu', 'webgpu', 'cuda'])
        .default('cpu'),
    )
    .option('--licence <text>', 'terms of the images, for the card', 'that of the training images')
    .requiredOption('--out <folder>', 'where network.onnx and card.json go')
    .action(
      action<Options>(async (options, terminal) => {
        const { kind, phantoms, steps, seed, threads, provider, out, licence } = options;
        const order: TrainingOrder = {
          kind,
          phantoms,
          steps,
          seed,
          threads,
          provider,
          out,
          licence,
          data: options.data ?? null,
          from: options.from ?? null,
          heldOut: options.holdOut === 'none' ? [] : 'every fifth',
          patience: options.patience,
        };
        const validated = options.folds > 1 ? await foldsOf(order, options.folds, terminal) : null;
        const bar = terminal.bar('train', order.steps);
        const recent: number[] = [];
        let reached = 0;
        const checked = await trainOnDataset(order, (step, loss) => {
          recent.push(loss);
          if (recent.length > 20) recent.shift();
          bar.advance(step - reached);
          reached = step;
        });
        bar.done();
        terminal.list(checked.issues);
        const card = valueOrStop(checked);
        const loss = recent.length > 0 ? recent.reduce((sum, value) => sum + value, 0) / recent.length : null;
        terminal.result({ card, loss, crossValidation: validated?.summary ?? null }, [
          ...foldLines(validated),
          `${options.out}: ${card.training}; ${loss === null ? 'was trained before' : `loss of the last ${recent.length} steps ${loss.toFixed(3)}`}`,
          `kept out for measuring: ${card.heldOut.join(', ') || 'none'}`,
        ]);
      }),
    );
};

async function foldsOf(
  { data, ...order }: TrainingOrder,
  folds: number,
  terminal: Terminal,
): Promise<CrossValidation> {
  if (data === null)
    throw new InvalidArgumentError('--folds: expected --data to cross-validate on, got none');
  const bar = terminal.bar('folds', folds * order.steps);
  let reached = 0;
  const result = await crossValidate({ ...order, data, folds, out: `${order.out}-folds` }, (fold, step) => {
    bar.advance(fold * order.steps + step - reached);
    reached = fold * order.steps + step;
  });
  bar.done();
  terminal.list(result.issues);
  return valueOrStop(result);
}

function foldLines(validated: CrossValidation | null): string[] {
  if (!validated?.summary) return [];
  const { dice, stacks } = validated.summary;
  const means = Object.entries(dice).map(([name, { mean }]) => `${name} ${mean.toFixed(3)}`);
  return [`cross-validation, ${validated.folds.length} folds, ${stacks} stacks: Dice ${means.join(', ')}`];
}

function share(value: string): number {
  const number = Number(value);
  if (number >= 0 && number <= 1) return number;
  throw new InvalidArgumentError(`expected a number from 0 to 1, found ${value}`);
}
