import {
  compareRestrictedMeans,
  type RestrictedMean,
  restrictedMean,
  restrictedTimeLost,
} from '@myocast/survival';
import { InvalidArgumentError } from 'commander';
import { StoppedByIssues } from '../../terminal.ts';
import { textTable } from '../../text-table.ts';
import { readStudyTable, type StudyTable } from './study-table.ts';
import { eventsOf, labelColumns, type Subgroup, type SubgroupColumns, subgroupsOf } from './subgroups.ts';
import {
  counts,
  entryOption,
  finish,
  groupOption,
  number,
  type StatsVerb,
  type TableOptions,
  tableVerb,
  weightsOption,
  withVariance,
} from './table-verb.ts';

interface Options extends TableOptions, Pick<SubgroupColumns, 'group' | 'cluster'> {
  readonly tau?: number;
  readonly variance?: 'greenwood' | 'robust';
}

export const rmstVerb: StatsVerb = (stats, action) => {
  const verb = tableVerb(stats, 'rmst', 'restricted mean survival time, and the time lost to each cause')
    .option('--tau <days>', 'horizon (default: the last day of the group that is followed least)', positive)
    .addOption(groupOption('column with the group: each is compared with the first'))
    .addOption(entryOption())
    .addOption(weightsOption());
  withVariance(verb, ['greenwood', 'robust']).action(
    action<Options>(async (options, terminal, [file]) => {
      const table = await readStudyTable(file!, { ...options, labels: labelColumns(options) });
      const subgroups = subgroupsOf(table, options);
      const tau = options.tau ?? Math.min(...subgroups.map(lastDay));
      const groups = subgroups.map((subgroup) => meansOf(table, subgroup, tau, options));
      const [reference, ...others] = groups;
      const comparisons = others.map((group) => ({
        group: group.group,
        reference: reference!.group,
        ...compareRestrictedMeans(group.restricted, reference!.restricted),
        lost: group.lost.map((row, k) => ({
          cause: row.cause,
          ...compareRestrictedMeans(row.restricted, reference!.lost[k]!.restricted),
        })),
      }));
      const document = {
        ...counts(table),
        tau,
        variance: reference!.restricted.variance,
        groups: groups.map(({ restricted, lost, ...row }) => ({
          ...row,
          ...estimate(restricted),
          lost: lost.map(({ cause, restricted: time }) => ({ cause, ...estimate(time) })),
        })),
        comparisons,
      };
      finish(terminal, table, document, linesOf(document));
    }),
  );
};

function lastDay({ followUp: { days, weights } }: Subgroup): number {
  return days.reduce((last, day, row) => (weights?.[row] === 0 ? last : Math.max(last, day)), 0);
}

function meansOf(
  { codes, file }: StudyTable,
  { group, followUp, cluster }: Subgroup,
  tau: number,
  { variance }: Options,
) {
  const mean = restrictedMean(followUp, tau, { variance, cluster });
  if (!mean.ok)
    throw new StoppedByIssues(
      mean.issues.map((entry) => ({
        ...entry,
        path: `${file}${group === null ? '' : ` group ${group}`} --${entry.path}`,
      })),
    );
  const restricted = mean.value;
  const causes = [codes.event, ...codes.competing];
  const lost = causes.map((cause, place) => {
    if (causes.length === 1) return { cause, restricted: timeLost(restricted) };
    const time = restrictedTimeLost(followUp, tau, place + 1, { cluster });
    if (!time.ok) throw new StoppedByIssues(time.issues);
    return { cause, restricted: time.value };
  });
  return { group, subjects: followUp.days.length, eventCount: eventsOf(followUp), restricted, lost };
}

/** To the only cause there is. */
function timeLost({ tau, mean, standardError, low, high, variance }: RestrictedMean): RestrictedMean {
  return { tau, mean: tau - mean, standardError, low: tau - high, high: tau - low, variance };
}

function estimate({ mean, standardError, low, high }: RestrictedMean) {
  return { mean, standardError, low, high };
}

interface Document {
  readonly tau: number;
  readonly groups: readonly (ReturnType<typeof estimate> & {
    readonly group: string | null;
    readonly subjects: number;
    readonly lost: readonly ({ readonly cause: string } & ReturnType<typeof estimate>)[];
  })[];
  readonly comparisons: readonly ({
    readonly group: string | null;
    readonly reference: string | null;
  } & ReturnType<typeof compareRestrictedMeans>)[];
}

function linesOf({ tau, groups, comparisons }: Document): string[] {
  return [
    `to day ${tau}`,
    ...textTable(
      ['group', 'subjects', 'mean', 'se', 'low', 'high'],
      groups.flatMap(({ group, subjects, lost, ...row }) => [
        [group ?? 'all', subjects, row.mean, row.standardError, row.low, row.high],
        ...lost.map((time) => [
          `  lost to ${time.cause}`,
          null,
          time.mean,
          time.standardError,
          time.low,
          time.high,
        ]),
      ]),
    ),
    ...comparisons.flatMap(({ group, reference, difference, ratio }) =>
      textTable(
        [`${group} against ${reference}`, 'estimate', 'low', 'high', 'p'],
        [
          ['difference', difference.estimate, difference.low, difference.high, difference.p],
          ...(ratio ? [['ratio', ratio.estimate, ratio.low, ratio.high, ratio.p]] : []),
        ],
      ),
    ),
  ];
}

function positive(text: string): number {
  const value = number(text);
  if (value === 0) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}
