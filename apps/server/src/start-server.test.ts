import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiErrorSchema, studySummarySchema, subjectForecastSchema, subjectListSchema } from '@myocast/api';
import { writeFileAtomic } from '@myocast/base/files';
import { fixtureStudy, hostileText, writeStudyFixture } from '@myocast/report/fixtures';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, startServer } from './start-server.ts';

const newFolder = () => mkdtemp(join(tmpdir(), 'myocast-server-'));
let studyFolder = '';
let app: Awaited<ReturnType<typeof createApp>>['app'];
let token = '';
let cookie = '';
const lines: string[] = [];

beforeAll(async () => {
  studyFolder = await newFolder();
  await writeStudyFixture(studyFolder);
  ({ app, token } = await createApp({ studyFolder, log: (line) => lines.push(line) }));
  const answer = await app.inject(`/?token=${token}`);
  cookie = String(answer.headers['set-cookie']).split(';')[0]!;
});

const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ url, headers: { cookie, ...headers } });
const kindOf = (body: string) => apiErrorSchema.parse(JSON.parse(body)).error.kind;

describe('access', () => {
  it('is refused on every route without the cookie', async () => {
    for (const url of [
      '/',
      '/api/study',
      '/api/subjects',
      '/api/subjects/V0001',
      '/api/validation',
      '/report',
      '/nothing',
    ]) {
      const answer = await app.inject(url);
      expect([url, answer.statusCode, kindOf(answer.body)]).toEqual([url, 401, 'not-signed-in']);
    }
  });

  it('is refused with a wrong token or cookie', async () => {
    expect((await app.inject('/?token=wrong')).statusCode).toBe(401);
    expect((await app.inject(`/?token=${token.slice(1)}`)).statusCode).toBe(401);
    expect((await app.inject(`/api/study?token=${token}`)).statusCode).toBe(401);
    const forged = `${cookie.split('=')[0]}=${token}`;
    expect((await app.inject({ url: '/api/study', headers: { cookie: forged } })).statusCode).toBe(401);
  });

  it('is given by a cookie that scripts cannot read and other sites cannot send', async () => {
    const answer = await app.inject(`/?token=${token}`);
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe('/');
    expect(answer.headers['set-cookie']).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(answer.headers['set-cookie']).not.toContain(token);
  });

  it('is refused to a web site that points its own name here', async () => {
    for (const host of [
      'evil.example',
      'evil.example:8080',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      '10.0.0.1',
    ]) {
      const answer = await get('/api/subjects', { host });
      expect([host, answer.statusCode, kindOf(answer.body)]).toEqual([host, 403, 'wrong-host']);
    }
    expect((await get('/api/study', { host: '127.0.0.1:8080' })).statusCode).toBe(200);
    expect((await get('/api/study', { host: 'localhost:8080' })).statusCode).toBe(200);
  });

  it('is for reading alone', async () => {
    for (const method of ['POST', 'PUT', 'DELETE'] as const)
      expect((await app.inject({ method, url: '/api/study', headers: { cookie } })).statusCode).toBe(405);
  });
});

describe('the API', () => {
  it('lists every subject with quantities and risks', async () => {
    const list = subjectListSchema.parse((await get('/api/subjects')).json());
    const study = fixtureStudy();
    expect(list.length).toBe(24);
    const first = list[0]!;
    expect(first.subject).toBe('V0001');
    expect(first.risks.map(({ years }) => years)).toEqual([1, 2, 5]);
    expect(first.risks[2]!.estimate!.risk).toBeCloseTo(study.forecasts[0]!.composite.risk.at(-1)!, 3);
    const measured = study.quantities.find(({ subject }) => subject === 'V0001')!;
    expect(first.ejectionFractionPercent).toBe(measured.cine!.ejectionFractionPercent);
    expect(list.find(({ subject }) => subject === 'V0012')!.verdict).toBeNull();
  });

  it('gives one subject without the outcome', async () => {
    const answer = await get('/api/subjects/V0001');
    const one = subjectForecastSchema.parse(answer.json());
    expect(one.forecast!.causes.length).toBe(5);
    expect(one.segments.transmuralityPercent?.length ?? 16).toBe(16);
    expect(answer.body).not.toMatch(/followUp|"days"/);
  });

  it('knows no subject outside the data set, however the name is written', async () => {
    const names = [
      'V9999',
      '..',
      '%2e%2e',
      '..%2f..%2fdataset',
      '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
      'V0001%00',
      '..%5c..%5cdataset.json',
      '__proto__',
    ];
    for (const name of names) {
      const answer = await get(`/api/subjects/${name}`);
      expect([name, answer.statusCode]).toEqual([name, 404]);
    }
    expect(kindOf((await get('/api/subjects/V9999')).body)).toBe('unknown-subject');
    expect((await get('/api/subjects/%')).statusCode).toBe(400);
    for (const path of [
      '/../package.json',
      '/..%2fpackage.json',
      '/assets/..%2f..%2f..%2fpackage.json',
      '/dataset.json',
    ])
      expect([400, 403, 404]).toContain((await get(path)).statusCode);
  });

  it('says of the study what is there', async () => {
    const summary = studySummarySchema.parse((await get('/api/study')).json());
    expect(summary).toMatchObject({ subjects: 24, hasReport: false, notices: [] });
    expect(summary.model!.trainedOn).toBe('virtual patients');
    expect((await get('/api/validation')).json().groups.length).toBe(5);
  });

  it('sends headers that keep a page from running or asking anything else', async () => {
    const { headers } = await get('/api/study');
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cache-control']).toBe('no-store');
    await writeFileAtomic(join(studyFolder, 'report', 'index.html'), '<!doctype html><p>report');
    const report = await get('/report');
    expect(report.headers['content-type']).toContain('text/html');
    expect(report.headers['content-security-policy']).not.toContain('script-src');
  });

  it('logs routes, never a subject', () => {
    expect(lines).toContain('GET /api/subjects/:subject 200');
    expect(lines.join('\n')).not.toMatch(/V\d{4}/);
    expect(lines.join('\n')).not.toContain(token);
  });

  it('answers 429 to a flood', async () => {
    const flooded = await createApp({ studyFolder });
    let last = 0;
    for (let count = 0; count <= 600; count++)
      last = (await flooded.app.inject({ url: '/api/study', remoteAddress: '127.0.0.9' })).statusCode;
    expect(last).toBe(429);
    await flooded.app.close();
  });
});

describe('a study folder that is not complete', () => {
  async function ask(folder: string, url: string) {
    const server = await createApp({ studyFolder: folder });
    const answer = await server.app.inject(`/?token=${server.token}`);
    const headers = { cookie: String(answer.headers['set-cookie']).split(';')[0]! };
    const result = await server.app.inject({ url, headers });
    await server.app.close();
    return result;
  }

  it('says which step makes the missing piece', async () => {
    const empty = await ask(await newFolder(), '/api/subjects');
    expect([empty.statusCode, kindOf(empty.body)]).toEqual([404, 'not-there-yet']);
    expect(empty.body).toContain('myocast study freeze');
    const folder = await newFolder();
    await writeStudyFixture(folder);
    await rm(join(folder, 'forecasts.json'));
    await rm(join(folder, 'validation'), { recursive: true });
    expect((await ask(folder, '/api/study')).json().notices).toEqual([
      'No forecasts yet (myocast predict).',
      'Not validated yet (myocast validate).',
    ]);
    expect((await ask(folder, '/api/subjects/V0001')).json().forecast).toBeNull();
    expect((await ask(folder, '/api/validation')).statusCode).toBe(404);
    expect((await ask(folder, '/report')).body).toContain('myocast report');
  });

  it('names a file that cannot be read, without a stack', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'dataset.json'), 'not json');
    const answer = await ask(folder, '/api/subjects');
    expect([answer.statusCode, kindOf(answer.body)]).toEqual([500, 'not-readable']);
    expect(answer.body).toContain('dataset.json');
    expect(answer.body).not.toMatch(/\bat .*\.ts/);
  });

  it('passes hostile names through as JSON', async () => {
    const folder = await newFolder();
    await writeStudyFixture(folder, { hostile: true });
    const answer = await ask(folder, '/api/study');
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.json().study).toBe(hostileText);
  });
});

describe('starting', () => {
  it('binds to the loopback address alone, and stops', async () => {
    const server = await startServer({ studyFolder, port: 0 });
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    expect((await fetch(new URL('/api/study', server.url))).status).toBe(401);
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it('refuses another host and a folder that is not there', async () => {
    await expect(startServer({ studyFolder, host: '0.0.0.0' as '127.0.0.1' })).rejects.toThrow(RangeError);
    const absent = join(studyFolder, 'absent');
    expect(existsSync(absent)).toBe(false);
    await expect(startServer({ studyFolder: absent })).rejects.toThrow('no study folder');
  });
});
