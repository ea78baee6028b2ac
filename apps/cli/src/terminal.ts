import { countIssues, formatIssue, type Checked, type Issue } from '@myocast/base';
import cliProgress from 'cli-progress';

/** Data have issues that stop the verb: printed a line each, exit code 1. */
export class StoppedByIssues extends Error {
  readonly issues: readonly Issue[];
  constructor(issues: readonly Issue[]) {
    super(issues.map(formatIssue).join('\n'));
    this.name = 'StoppedByIssues';
    this.issues = issues;
  }
}

/** What was asked for cannot be, which only the data show: a line on stderr, exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** The value, or an end of the verb with exit code 1. Issues that did not stop it are collected in `into`. */
export function valueOrStop<Value>(checked: Checked<Value>, into?: Issue[]): Value {
  if (!checked.ok) throw new StoppedByIssues(checked.issues);
  into?.push(...checked.issues);
  return checked.value;
}

/** A bar that is being advanced. */
export interface Bar {
  advance(by?: number): void;
  done(): void;
}

/**
 * What a verb may say. With --json, stdout carries one JSON document and
 * everything else goes to stderr.
 */
export interface Terminal {
  readonly json: boolean;
  /** A line for a person. */
  say(line: string): void;
  /** The verb's result: the document with --json, else the lines. */
  result(document: unknown, lines: readonly string[]): void;
  /** What stopped the verb: with --json the document on stdout, unless there is a result there already. */
  fail(document: unknown): void;
  /** A progress bar with the time left, on stderr. */
  bar(label: string, total: number): Bar;
  /** Counts the issues and lists them, the first `most` of them in full. */
  list(issues: readonly Issue[], most?: number): void;
}

export function openTerminal(json: boolean): Terminal {
  const say = (line: string) => (json ? process.stderr : process.stdout).write(`${line}\n`);
  let answered = false;
  const answer = (document: unknown) => {
    answered = true;
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  };
  return {
    json,
    say,
    fail(document) {
      if (json && !answered) answer(document);
    },
    result(document, lines) {
      if (json) answer(document);
      else for (const line of lines) process.stdout.write(`${line}\n`);
    },
    bar: openBar,
    list(issues, most = 20) {
      if (issues.length === 0) return;
      const counts = Object.entries(countIssues(issues)).map(([kind, count]) => `${count} ${kind}`);
      say(`${issues.length} issue${issues.length === 1 ? '' : 's'}: ${counts.join(', ')}`);
      for (const entry of issues.slice(0, most)) say(`  ${formatIssue(entry)}`);
      if (issues.length > most) say(`  … and ${issues.length - most} more`);
    },
  };
}

/** Without a terminal to draw on, a line every ten seconds. */
const secondsBetweenLines = 10;

function openBar(label: string, total: number): Bar {
  if (!process.stderr.isTTY) return openLines(label, total);
  const bar = new cliProgress.SingleBar(
    {
      format: `${label.padEnd(12)} {bar} {value}/{total}  {duration_formatted} gone, {eta_formatted} left`,
      stream: process.stderr,
      hideCursor: true,
      etaBuffer: 20,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(Math.max(total, 1), 0);
  return {
    advance: (by = 1) => bar.increment(by),
    done: () => {
      bar.update(Math.max(total, 1));
      bar.stop();
    },
  };
}

function openLines(label: string, total: number): Bar {
  let value = 0;
  let said = Date.now();
  return {
    advance(by = 1) {
      value += by;
      if (Date.now() - said < secondsBetweenLines * 1000) return;
      said = Date.now();
      process.stderr.write(`${label.padEnd(12)} ${value}/${total}\n`);
    },
    done: () => undefined,
  };
}
