import type { Estimate, ScoreCalibration, ScoreJudgement, ScoresRecord } from '@myocast/validation';
import { textTable } from '../text-table.ts';

/** The published scores beside the leading model, then why of some subjects there are none, then their published risks. */
export function publishedScoreLines({ model, whyNot, judged }: ScoresRecord): string[] {
  if (whyNot !== null) return ['', `published scores: not judged, ${whyNot}`];
  const known = judged.filter((one) => !isOfNobody(one));
  const rows = judged.flatMap((one) =>
    one.discrimination.map(({ days, score, model: own, difference }, place) => [
      place === 0 ? one.label : '',
      place === 0 ? `${one.subjects}/${one.of}` : '',
      place === 0 ? String(one.events) : '',
      days === null ? 'C' : `AUC at ${days} d`,
      show(score),
      show(own),
      show(difference),
    ]),
  );
  return [
    '',
    `Published scores on the same held-out subjects: of those alone whose points are known, nothing filled in; ${model} on the same ones`,
    ...(rows.length > 0
      ? [
          '',
          ...textTable(['score', 'known', 'events', 'measure', 'score', model, 'score less model'], rows),
          '',
        ]
      : []),
    ...known.flatMap(absenceLines),
    ...ofNobody(judged.filter(isOfNobody)),
    ...known
      .filter(({ whyNot: unknown }) => unknown === null)
      .map(({ label, calibration }) => `${label}: ${calibrationText(calibration)}`),
  ];
}

const isOfNobody = ({ whyNot, subjects }: ScoreJudgement) => whyNot === null && subjects === 0;

/** The scores of which no subject has all items, in one line: what is missing stands in the record. */
function ofNobody(judged: readonly ScoreJudgement[]): string[] {
  if (judged.length === 0) return [];
  return [
    `known of nobody: ${judged.map(({ label }) => label).join('; ')} (myocast scores says what is missing)`,
  ];
}

/** Of whom a score is not known, by the item that is missing, and why it is not judged at all. */
function absenceLines(one: ScoreJudgement): string[] {
  if (one.whyNot !== null) return [`${one.label}: not computed of anyone, ${one.whyNot}`];
  const items = Object.entries(one.missing).map(([item, count]) => `${item} ${count}`);
  const absent = one.of - one.subjects;
  return [
    ...(absent > 0 ? [`${one.label}: not known of ${absent} of ${one.of}, missing ${items.join(', ')}`] : []),
    ...(one.subjects > 0 && one.discrimination.length === 0
      ? [`${one.label}: not judged, ${one.events} events among those whose points are known`]
      : []),
  ];
}

function calibrationText(calibration: ScoreCalibration): string {
  if (calibration.kind === 'none') return `no calibration, ${calibration.reason}`;
  const { outcome, days, subjects, expectedLow, expectedHigh, observed } = calibration;
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const expected =
    expectedHigh - expectedLow < 5e-4
      ? percent(expectedLow)
      : `${percent(expectedLow)} to ${percent(expectedHigh)}`;
  const seen =
    observed.value === null
      ? `not observed, ${observed.reason}`
      : `${percent(observed.value)}${observed.low === null || observed.high === null ? '' : ` (${percent(observed.low)} to ${percent(observed.high)})`}`;
  return `published risk of ${outcome} by day ${days} ${expected}, as first event ${seen}, ${subjects} subjects`;
}

function show({ value, low, high }: Estimate): string {
  if (value === null) return 'not estimable';
  return low === null || high === null
    ? value.toFixed(2)
    : `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}
