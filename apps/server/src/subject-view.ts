import { riskYears, type SubjectForecast, type SubjectSummary } from '@myocast/api';
import type { CineQuantities, LgeQuantities, QuantitiesRecord } from '@myocast/imaging';
import type { Forecast } from '@myocast/model';
import { forecastAt } from '@myocast/report';
import type { FrozenDataSet, FrozenSubject } from '@myocast/study';
import type { OpenStudy } from './open-study.ts';

const daysPerYear = 365.25;

/** One line of the list of patients. */
export function subjectSummary(study: OpenStudy, frozen: FrozenSubject): SubjectSummary {
  const { subject, centre, values } = frozen;
  const { age, sex } = values;
  return {
    subject,
    centre,
    ageYears: typeof age === 'number' ? age : null,
    sex: typeof sex === 'string' ? sex : null,
    verdict: study.exams.find((exam) => exam.subject === subject)?.verdict ?? null,
    ...measured(quantitiesOf(study, subject)),
    risks: risksOf(forecastOf(study, subject)),
  };
}

function measured(quantities: QuantitiesRecord | undefined) {
  const { cine = null, lge = null } = quantities ?? {};
  return {
    ejectionFractionPercent: cine?.ejectionFractionPercent ?? null,
    infarctPercent: lge?.infarctPercent ?? null,
    mvoPercent: lge?.mvoPercent ?? null,
  };
}

function risksOf(forecast: Forecast | null): SubjectSummary['risks'] {
  if (!forecast) return [];
  return riskYears.map((years) => ({ years, estimate: forecastAt(forecast, years * daysPerYear) }));
}

/** Everything about one patient. Follow-up is left out: who reads a forecast is not to see the outcome. */
export function subjectForecast(study: OpenStudy, frozen: FrozenSubject): SubjectForecast {
  const forecast = forecastOf(study, frozen.subject);
  const exam = study.exams.find(({ subject }) => subject === frozen.subject);
  return {
    summary: subjectSummary(study, frozen),
    compositeName: study.dataSet.compositeName,
    forecast: forecast && forecastView(forecast, study.dataSet),
    ...imagesView(quantitiesOf(study, frozen.subject)),
    imageReasons: exam && exam.verdict !== 'include' ? [...exam.reasons] : [],
    clinical: study.dataSet.variables.map(({ name, label, unit }) => ({
      name,
      label,
      value: Object.hasOwn(frozen.values, name) ? frozen.values[name]! : null,
      unit,
    })),
  };
}

function imagesView(record: QuantitiesRecord | undefined) {
  if (!record) {
    const segments = { transmuralityPercent: null, wallThickeningPercent: null };
    return { quantities: [], flags: [], segmentReference: null, segments };
  }
  return {
    quantities: quantityRows(record),
    flags: record.flags.map(({ message }) => message),
    segmentReference: record.segmentReference,
    segments: {
      transmuralityPercent: copy(record.lge?.transmuralityPercent),
      wallThickeningPercent: copy(record.cine?.wallThickeningPercent),
    },
  };
}

function forecastView(forecast: Forecast, { causes, compositeCauses }: FrozenDataSet) {
  const { composite } = forecast;
  return {
    timesDays: [...forecast.timesDays],
    causes: causes
      .filter((cause) => Object.hasOwn(forecast.incidence, cause))
      .map((cause) => ({
        cause,
        incidence: [...forecast.incidence[cause]!],
        composite: compositeCauses.includes(cause),
      })),
    composite: { risk: [...composite.risk], low: [...composite.low], high: [...composite.high] },
    missing: [...forecast.missing],
    distance: forecast.distance && { ...forecast.distance, far: [...forecast.distance.far] },
    group: forecast.group,
    abstains: forecast.abstains?.words ?? null,
  };
}

type Row = readonly [name: string, label: string, unit: string, digits: number];

const cineRows: readonly (Row & readonly [keyof CineQuantities, ...unknown[]])[] = [
  ['ejectionFractionPercent', 'LV ejection fraction', '%', 0],
  ['edvMl', 'LV end-diastolic volume', 'ml', 0],
  ['esvMl', 'LV end-systolic volume', 'ml', 0],
  ['strokeVolumeMl', 'LV stroke volume', 'ml', 0],
  ['massG', 'LV mass', 'g', 0],
  ['rvEjectionFractionPercent', 'RV ejection fraction', '%', 0],
  ['rvEdvMl', 'RV end-diastolic volume', 'ml', 0],
  ['rvEsvMl', 'RV end-systolic volume', 'ml', 0],
];

const lgeRows: readonly (Row & readonly [keyof LgeQuantities, ...unknown[]])[] = [
  ['infarctPercent', 'Infarct, share of LV myocardium', '%', 1],
  ['infarctMl', 'Infarct volume', 'ml', 1],
  ['mvoPercent', 'Microvascular obstruction, share of LV myocardium', '%', 1],
  ['mvoMl', 'Microvascular obstruction volume', 'ml', 1],
];

function quantityRows({ cine, lge }: QuantitiesRecord): SubjectForecast['quantities'] {
  const row = (source: object | null, [name, label, unit, digits]: Row) => {
    const value = (source as Record<string, unknown> | null)?.[name];
    return { name, label, unit, digits, value: typeof value === 'number' ? value : null };
  };
  return [...cineRows.map((entry) => row(cine, entry)), ...lgeRows.map((entry) => row(lge, entry))];
}

function quantitiesOf({ quantities }: OpenStudy, subject: string): QuantitiesRecord | undefined {
  return quantities.find((record) => record.subject === subject);
}

function forecastOf({ forecasts }: OpenStudy, subject: string): Forecast | null {
  return forecasts.find((forecast) => forecast.subject === subject) ?? null;
}

function copy(values: readonly (number | null)[] | undefined): (number | null)[] | null {
  return values ? [...values] : null;
}
