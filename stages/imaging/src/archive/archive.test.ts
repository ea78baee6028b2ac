import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Archive, openArchive } from './address.ts';
import { readCredentials } from './credentials.ts';
import { archiveAt, type FakeArchive, files, image, json, openFakeArchive } from './fake-archive.fixture.ts';
import { findExams } from './find.ts';
import { multipartBody, partsOf } from './multipart.ts';
import { sendObjects } from './send.ts';

let folder: string;
const open: FakeArchive[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => Promise.all(open.splice(0).map((fake) => fake.close())));

async function start(held = files): Promise<{ readonly fake: FakeArchive; readonly archive: Archive }> {
  const fake = await openFakeArchive(held);
  open.push(fake);
  return { fake, archive: archiveAt(fake.root) };
}

describe('an address', () => {
  const message = (address: string, authorization: string | null = null) =>
    openArchive(address, { authorization }).issues[0]?.message ?? '';

  it('holds no credentials, and credentials go to another machine over https alone', () => {
    expect(message('https://user:secret@pacs/dicom-web')).toContain('without user and password');
    expect(message('https://user:secret@pacs/dicom-web')).not.toContain('secret');
    expect(message('http://pacs/dicom-web', 'Basic abc')).toContain('expected https');
    expect(message('http://pacs/dicom-web')).toBe('');
    expect(message('http://127.0.0.1:8042/dicom-web', 'Basic abc')).toBe('');
    expect(message('ftp://pacs')).toContain('expected an address');
  });

  it('is refused while certificates are not checked', () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      expect(message('https://pacs/dicom-web')).toContain('expected certificates to be checked');
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });
});

describe('credentials', () => {
  it('come from a file of its owner, or from the environment, and are in no message', async () => {
    const file = join(folder, 'credentials');
    await writeFile(file, 'user:pass:word\n', { mode: 0o600 });
    const read = await readCredentials(file, {});
    expect(read.ok && read.value).toBe(`Basic ${Buffer.from('user:pass:word').toString('base64')}`);
    await writeFile(file, 'Bearer abc.def\n');
    const bearer = await readCredentials(file, {});
    expect(bearer.ok && bearer.value).toBe('Bearer abc.def');
    const exposed = join(folder, 'open');
    await writeFile(exposed, 'user:geheim', { mode: 0o644 });
    const refusedFile = await readCredentials(exposed, {});
    expect(refusedFile.issues[0]!.message).toContain('chmod 600');
    const environment = await readCredentials(null, {
      MYOCAST_ARCHIVE_USER: 'u',
      MYOCAST_ARCHIVE_PASSWORD: 'p',
    });
    expect(environment.ok && environment.value).toBe('Basic dTpw');
    const nothing = await readCredentials(null, {});
    expect(nothing.ok && nothing.value).toBe(null);
    const broken = await readCredentials(null, { MYOCAST_ARCHIVE_TOKEN: 'a\r\nX: geheim' });
    expect(broken.ok).toBe(false);
    expect(JSON.stringify([refusedFile, broken])).not.toContain('geheim');
  });
});

describe('findExams', () => {
  it('finds by accession number, patient and range of dates, over several pages', async () => {
    const { archive } = await start([...files, ...[3, 4, 5, 6].map((day) => image(`1.${day}`, 1, 1))]);
    const one = await findExams(archive, { accession: 'A1.2' });
    expect(one.ok && one.value.map(({ studyUid }) => studyUid)).toEqual(['1.2']);
    const dated = await findExams(archive, { studyDate: '20240102-20240105' });
    expect(dated.ok && dated.value.map(({ studyUid }) => studyUid)).toEqual(['1.2', '1.3', '1.4', '1.5']);
    const all = await findExams(archive, { patientId: 'P1' });
    expect(all.ok && all.value).toHaveLength(6);
    const none = await findExams(archive, { accession: 'A9' });
    expect(none.ok && none.value).toEqual([]);
  });

  it('drops what does not fit, where an archive passes over the query', async () => {
    const { fake, archive } = await start();
    fake.intercept = (request, response) => {
      if (!request.url!.includes('offset=0')) return false;
      json(response, 200, [
        { '0020000D': { vr: 'UI', Value: ['1.1'] }, '00080050': { vr: 'SH', Value: ['A1.1'] } },
        { '0020000D': { vr: 'UI', Value: ['1.7'] }, '00080050': { vr: 'SH', Value: ['OTHER'] } },
        { '0020000D': { vr: 'UI', Value: ['../../etc'] } },
        { '0020000D': 'broken' },
      ]);
      return true;
    };
    const found = await findExams(archive, { accession: 'A1.1' });
    expect(found.ok && found.value.map(({ studyUid }) => studyUid)).toEqual(['1.1']);
    expect(found.issues.map(({ message }) => message).join('\n')).toContain('found 2 without');
    expect(found.issues.map(({ message }) => message).join('\n')).toContain('found 1 others');
  });

  it('refuses wildcards, malformed dates, and a query for everything', async () => {
    const { fake, archive } = await start();
    const queries = [{}, { accession: '*' }, { patientId: 'P?' }, { studyDate: '2024' }, { studyUid: 'abc' }];
    for (const query of queries) expect((await findExams(archive, query)).ok).toBe(false);
    expect(fake.asked).toEqual([]);
  });

  it('ends in one issue for every answer that is none', async () => {
    const { fake, archive } = await start();
    const answers: readonly ((response: ServerResponse) => void)[] = [
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      (response) => response.writeHead(200, { 'content-type': 'application/dicom+json' }).end('[{"00'),
      (response) => response.writeHead(200, { 'content-type': 'application/dicom+json' }).end('[1, 2]'),
      (response) => response.writeHead(401).end(),
      (response) => response.writeHead(404).end(),
      (response) => response.writeHead(503).end(),
      (response) => response.destroy(),
      (response) => response.writeHead(302, { location: 'http://203.0.113.9/elsewhere' }).end(),
      (response) => response.writeHead(302, { location: '/dicom-web/studies' }).end(),
      (response) =>
        response.writeHead(200, { 'content-length': '1000', 'content-type': 'application/json' }).write('['),
    ];
    for (const answer of answers) {
      fake.intercept = (_request, response) => {
        answer(response);
        return true;
      };
      const found = await findExams(archive, { accession: 'A1.1' });
      expect(found.ok).toBe(false);
      expect(found.issues).toHaveLength(1);
    }
    const closed = archiveAt('http://127.0.0.1:9/dicom-web');
    expect((await findExams(closed, { accession: 'A' })).issues[0]!.kind).toBe('not-answered');
  });

  it('asks again what may pass, and not what will not', async () => {
    const { fake, archive } = await start();
    fake.intercept = (_request, response, count) => {
      if (count > 2) return false;
      response.writeHead(503).end();
      return true;
    };
    expect((await findExams(archive, { accession: 'A1.1' })).ok).toBe(true);
    fake.asked.length = 0;
    fake.intercept = (_request, response) => {
      response.writeHead(403).end();
      return true;
    };
    expect((await findExams(archive, { accession: 'A1.1' })).ok).toBe(false);
    expect(fake.asked).toHaveLength(1);
  });

  it('follows a redirect to the same place, with its credentials, and to no other', async () => {
    const { fake } = await start();
    const other = await openFakeArchive();
    open.push(other);
    const seen: (string | undefined)[] = [];
    fake.intercept = (request, response) => {
      seen.push(request.headers.authorization);
      if (request.url!.includes('moved') || !request.url!.startsWith('/dicom-web')) return false;
      response.writeHead(307, { location: request.url!.replace('/studies?', '/studies?moved=1&') }).end();
      return true;
    };
    const archive = archiveAt(fake.root, 'Basic dTpw');
    expect((await findExams(archive, { accession: 'A1.1' })).ok).toBe(true);
    expect(new Set(seen)).toEqual(new Set(['Basic dTpw']));
    fake.intercept = (_request, response) => {
      response.writeHead(307, { location: `${other.root}/studies` }).end();
      return true;
    };
    expect((await findExams(archive, { accession: 'A1.1' })).ok).toBe(false);
    expect(other.asked).toEqual([]);
  });
});

describe('sendObjects', () => {
  const objects = files.map((bytes, index) => ({
    sopInstanceUid: index < 5 ? `1.1.1.${index + 1}` : index < 7 ? `1.1.2.${index - 4}` : '1.2.1.1',
    bytes,
  }));

  it('stores every object as it is', async () => {
    const { fake, archive } = await start([]);
    const sent = await sendObjects(archive, objects);
    expect(sent.ok && sent.value.stored).toHaveLength(8);
    expect(sent.issues).toEqual([]);
    expect(Buffer.from(fake.instances.get('1.1.2.2')!).equals(files[6]!)).toBe(true);
  });

  it("gives the archive's word for each object that was not taken, or of which it says nothing", async () => {
    const { fake, archive } = await start([]);
    fake.intercept = (_request, response) => {
      json(response, 202, {
        '00081199': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.1.1.1'] } }] },
        '00081198': {
          vr: 'SQ',
          Value: [
            { '00081155': { vr: 'UI', Value: ['1.1.1.2'] }, '00081197': { vr: 'US', Value: [0xa700] } },
            { '00081155': { vr: 'UI', Value: ['1.1.1.3'] }, '00081197': { vr: 'US', Value: [0xc122] } },
          ],
        },
      });
      return true;
    };
    const sent = await sendObjects(archive, objects.slice(0, 4));
    expect(sent.ok && sent.value.stored).toEqual(['1.1.1.1']);
    expect(sent.issues.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      'not-stored: out of resources (0xa700)',
      'not-stored: transfer syntax not supported (0xc122)',
      'not-stored: the archive says nothing of it',
    ]);
  });

  it('reads the answer of an archive that took none, and stops at one that answers otherwise', async () => {
    const { fake, archive } = await start([]);
    const failed = { '00081198': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.1.1.1'] } }] } };
    fake.intercept = (_request, response) => {
      json(response, 409, failed);
      return true;
    };
    const none = await sendObjects(archive, objects.slice(0, 1));
    expect(none.ok && none.value.notStored).toEqual(['1.1.1.1']);
    fake.intercept = (_request, response) => {
      response.writeHead(415).end();
      return true;
    };
    expect((await sendObjects(archive, objects)).ok).toBe(false);
  });
});

describe('partsOf', () => {
  const first = Buffer.from('one\r\n--bound\r\n-- not the mark');
  const second = Buffer.alloc(3000, '\r\n--boundar');
  const { bytes, type } = multipartBody([first, second, Buffer.alloc(0)], 'application/dicom', 'boundary-7');

  const collect = async (body: Uint8Array, step: number, contentType = type, most = 1e6) => {
    const chunks = async function* () {
      for (let at = 0; at < body.length; at += step) yield body.subarray(at, at + step);
    };
    const parts: Buffer[] = [];
    for await (const part of partsOf({ status: 200, contentType, shown: 'x', chunks }, most))
      parts.push(Buffer.from(part.bytes));
    return parts;
  };

  it('gives the parts whatever the pieces in which they come', async () => {
    for (const step of [1, 2, 7, 100, 1e6])
      expect(await collect(bytes, step)).toEqual([first, second, Buffer.alloc(0)]);
    const quoted = type.replace('boundary=boundary-7', 'boundary="boundary-7"');
    expect(await collect(bytes, 50, quoted)).toHaveLength(3);
    const preamble = Buffer.concat([Buffer.from('to be passed over\r\n'), bytes]);
    expect(await collect(preamble, 9)).toHaveLength(3);
  });

  it('refuses an answer without its end, wherever it is cut', async () => {
    for (let end = 0; end < bytes.length - 4; end += 37)
      await expect(collect(bytes.subarray(0, end), 64)).rejects.toThrow(/expected the end/);
  });

  it('refuses other types, no boundary and parts that are too large', async () => {
    await expect(collect(bytes, 64, 'text/html')).rejects.toThrow(/multipart/);
    await expect(collect(bytes, 64, 'multipart/related')).rejects.toThrow(/boundary/);
    await expect(collect(bytes, 64, type, 2000)).rejects.toThrow(/at most 2000/);
  });
});
