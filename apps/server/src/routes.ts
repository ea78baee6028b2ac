import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type StudySummary,
  studySummarySchema,
  subjectForecastSchema,
  subjectListSchema,
  validationSummarySchema,
} from '@myocast/api';
import { reportPolicy } from '@myocast/report';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem } from './errors.ts';
import { missing, type OpenStudy, studyReader } from './open-study.ts';
import { subjectForecast, subjectSummary } from './subject-view.ts';

/** The API and the report of one study folder. Answers are checked against their schemas. */
export function addRoutes(plain: FastifyInstance, studyFolder: string): void {
  const app = plain.withTypeProvider<ZodTypeProvider>();
  const openStudy = studyReader(studyFolder);
  const reportFile = join(studyFolder, 'report', 'index.html');

  app.get('/api/study', { schema: { response: { 200: studySummarySchema } } }, async () =>
    studySummary(await openStudy(), existsSync(reportFile)),
  );

  app.get('/api/subjects', { schema: { response: { 200: subjectListSchema } } }, async () => {
    const study = await openStudy();
    return study.dataSet.subjects.map((frozen) => subjectSummary(study, frozen));
  });

  app.get(
    '/api/subjects/:subject',
    {
      schema: {
        params: z.object({ subject: z.string().min(1).max(200) }),
        response: { 200: subjectForecastSchema },
      },
    },
    async ({ params }) => {
      const study = await openStudy();
      // The name is looked up, never made into a path.
      const frozen = study.dataSet.subjects.find(({ subject }) => subject === params.subject);
      if (!frozen) throw new Problem('unknown-subject', 'no such subject in the data set');
      return subjectForecast(study, frozen);
    },
  );

  app.get('/api/validation', { schema: { response: { 200: validationSummarySchema } } }, async () => {
    const study = await openStudy();
    if (study.validation) return validationSummarySchema.parse(study.validation);
    throw missing(study, 'validation/record.json', 'the model has not been validated yet (myocast validate)');
  });

  app.get('/report', async (_request, reply) => {
    if (!existsSync(reportFile))
      throw new Problem('not-there-yet', 'there is no report yet (myocast report)');
    const page = await readFile(reportFile, 'utf8');
    return reply.header('content-security-policy', reportPolicy).type('text/html; charset=utf-8').send(page);
  });
}

function studySummary(study: OpenStudy, hasReport: boolean): StudySummary {
  const { dataSet, card } = study;
  return {
    study: dataSet.study,
    dataSet: dataSet.hash,
    subjects: dataSet.subjects.length,
    centres: [...new Set(dataSet.subjects.map(({ centre }) => centre))].sort(),
    compositeName: dataSet.compositeName,
    events: dataSet.causes.map((cause) => ({
      cause,
      count: dataSet.subjects.filter(({ followUp }) => followUp?.cause === cause).length,
    })),
    model: card && {
      name: card.name,
      trainedOn: card.trainedOn,
      softwareVersion: card.softwareVersion,
      intendedUse: card.intendedUse,
    },
    hasReport,
    notices: notices(study),
  };
}

function notices({ card, forecasts, exams, quantities, validation, issues }: OpenStudy): string[] {
  const absent: readonly (readonly [boolean, string])[] = [
    [card === null, 'No model yet (myocast train).'],
    [forecasts.length === 0, 'No forecasts yet (myocast predict).'],
    [exams.length === 0, 'No exams yet (myocast ingest).'],
    [quantities.length === 0, 'No quantities yet (myocast quantify).'],
    [validation === null, 'Not validated yet (myocast validate).'],
  ];
  const unreadable = issues.map(({ path, message }) => `${path} could not be read: ${message}`);
  return [...absent.filter(([applies]) => applies).map(([, line]) => line), ...unreadable];
}
