interface Difference {
  readonly value: number;
  readonly standardError: number;
}

export interface CentreBalanceRecord {
  readonly date: string;
  readonly config: { readonly patients: number; readonly centres: number; readonly seed: number };
  readonly sizes: readonly number[];
  readonly horizonDays: number;
  readonly draws: number;
  readonly rows: readonly {
    readonly world: string;
    readonly way: string;
    readonly concordance: number;
    readonly concordanceLess: Difference;
    readonly ipa: number;
    readonly ipaLess: Difference;
    readonly observedOverExpected: number;
    readonly off: number;
  }[];
}

/** The page beside docs/results/centre-balance.json. */
export function centreBalanceMarkdown({
  date,
  config,
  sizes,
  horizonDays,
  draws,
  rows,
}: CentreBalanceRecord): string {
  const number = (value: number) => value.toFixed(3);
  const difference = ({ value, standardError }: Difference) =>
    standardError === 0 ? '–' : `${value >= 0 ? '+' : ''}${number(value)} (${number(standardError)})`;
  const worlds = [...new Set(rows.map(({ world }) => world))];
  return `# Centres of unequal size in training

\`npm run check:centre-balance\`, ${date}: virtual tables without images, ${sizes.length} centres with ${sizes.join(', ')} patients in training (${draws} draws of who is large and of the patients; seed ${config.seed}). Each centre is held out in turn and judged on its ${config.patients / config.centres} patients: mean over centres and draws, and the difference from every patient alike with its standard error over them (the draws share the patients who judge). A ridge regression of the hazards on a dozen predictors, at one penalty for each event. Brier score and O/E at ${horizonDays} days; |log O/E| is the mean over centres of how far a centre is off.

${worlds
  .map(
    (world) => `## ${world[0]!.toUpperCase()}${world.slice(1)}

| weights | C | difference | IPA | difference | O/E | \\|log O/E\\| |
|---|---|---|---|---|---|---|
${rows
  .filter((row) => row.world === world)
  .map(
    (row) =>
      `| ${row.way} | ${number(row.concordance)} | ${difference(row.concordanceLess)} | ${number(row.ipa)} | ${difference(row.ipaLess)} | ${row.observedOverExpected.toFixed(2)} | ${row.off.toFixed(2)} |`,
  )
  .join('\n')}
`,
  )
  .join('\n')}`;
}
