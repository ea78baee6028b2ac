import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { type DicomElements, writeDicom } from '@myocast/dicom';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Archive, openArchive } from './address.ts';
import { readCredentials } from './credentials.ts';
import { type FakeArchive, json, multipart, openFakeArchive } from './fake-archive.fixture.ts';
import { fetchExam } from './fetch-exam.ts';
import { findExams } from './find.ts';
import { multipartBody, partsOf } from './multipart.ts';
import { sendObjects } from './send.ts';

function image(study: string, series: number, instance: number, more: DicomElements = {}): Uint8Array {
  const uid = `${study}.${series}.${instance}`;
  return writeDicom(
    {
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
      SOPInstanceUID: uid,
      StudyInstanceUID: study,
      SeriesInstanceUID: `${study}.${series}`,
      PatientID: 'P1',
      AccessionNumber: `A${study}`,
      StudyDate: `2024010${study.at(-1)}`,
      Rows: 2,
      Columns: 2,
      ...more,
    },
    Uint16Array.of(1, 2, 3, instance),
  );
}

/** Two series of 5 and 2 images, and a second exam of one image. */
const files = [
  ...Array.from({ length: 5 }, (_, index) => image('1.1', 1, index + 1)),
  ...Array.from({ length: 2 }, (_, index) => image('1.1', 2, index + 1)),
  image('1.2', 1, 1),
];
const patience = { tries: 3, firstWaitMs: 1, mostWaitMs: 5, answerMs: 2000, pauseMs: 300 };

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

function archiveAt(root: string, authorization: string | null = null): Archive {
  const opened = openArchive(root, { authorization, patience });
  if (!opened.ok) throw new Error(opened.issues[0]!.message);
  return opened.value;
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

const target = (name: string) => join(folder, name);

describe('fetchExam', () => {
  it('fetches every instance, byte by byte, a series in one answer', async () => {
    const { fake, archive } = await start();
    const fetched = await fetchExam(archive, '1.1', target('whole'));
    expect(fetched.ok && fetched.value).toMatchObject({ listed: 7, fetched: 7, alreadyThere: 0, missing: 0 });
    expect((await readdir(target('whole'))).length).toBe(7);
    const bytes = await readFile(join(target('whole'), '1.1.1.3.dcm'));
    expect(bytes.equals(fake.instances.get('1.1.1.3')!)).toBe(true);
    expect(fake.asked.filter((one) => !one.includes('?'))).toHaveLength(2);
  });

  /** Two images of a series, and a piece of the third; then the connection is gone. */
  const breakOff = (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'multipart/related; boundary=b' });
    for (const part of [files[0]!, files[1]!, files[2]!.subarray(0, 100)]) {
      response.write('\r\n--b\r\nContent-Type: application/dicom\r\n\r\n');
      response.write(part);
    }
    setTimeout(() => response.destroy(), 50);
  };
  const gets = ({ asked }: FakeArchive) => asked.filter((one) => !one.includes('?'));

  it('stops where the archive goes down, goes on from there later, and fetches nothing twice', async () => {
    const { fake, archive } = await start();
    fake.intercept = (request, response) => {
      if (request.url!.includes('?')) return false;
      if (gets(fake).length === 1) breakOff(response);
      else response.destroy();
      return true;
    };
    const cut = await fetchExam(archive, '1.1', target('cut'));
    expect(cut.ok).toBe(false);
    expect((await readdir(target('cut'))).sort()).toEqual(['1.1.1.1.dcm', '1.1.1.2.dcm']);
    fake.intercept = () => false;
    fake.asked.length = 0;
    const again = await fetchExam(archive, '1.1', target('cut'));
    expect(again.ok && again.value).toMatchObject({ listed: 7, fetched: 5, alreadyThere: 2, missing: 0 });
    fake.asked.length = 0;
    const third = await fetchExam(archive, '1.1', target('cut'));
    expect(third.ok && third.value).toMatchObject({ fetched: 0, alreadyThere: 7 });
    expect(gets(fake)).toEqual([]);
  });

  it('fetches one by one what a series did not give before it broke off, time and again', async () => {
    const { fake, archive } = await start();
    fake.intercept = (request, response) => {
      if (!request.url!.endsWith('series/1.1.1')) return false;
      breakOff(response);
      return true;
    };
    const fetched = await fetchExam(archive, '1.1', target('long'));
    expect(fetched.ok && fetched.value).toMatchObject({ fetched: 7, missing: 0 });
    expect(gets(fake).filter((one) => one.includes('/instances/1.1.1.')).length).toBe(3);
  });

  it('fetches again a file that is not whole', async () => {
    const { archive } = await start();
    await fetchExam(archive, '1.1', target('torn'));
    await writeFile(join(target('torn'), '1.1.1.2.dcm'), files[1]!.subarray(0, 50));
    const again = await fetchExam(archive, '1.1', target('torn'));
    expect(again.ok && again.value).toMatchObject({ fetched: 1, alreadyThere: 6 });
  });

  it('asks for single instances where the archive gives no series', async () => {
    const { fake, archive } = await start();
    fake.intercept = (request, response) => {
      if (!/series\/[\d.]+$/.test(request.url!)) return false;
      response.writeHead(406).end();
      return true;
    };
    const fetched = await fetchExam(archive, '1.1', target('single'));
    expect(fetched.ok && fetched.value).toMatchObject({ fetched: 7, missing: 0 });
  });

  it('takes one instance that comes without parts', async () => {
    const { fake, archive } = await start();
    fake.intercept = (request, response) => {
      const uid = /instances\/([\d.]+)$/.exec(request.url!)?.[1];
      if (uid === undefined) return false;
      response.writeHead(200, { 'content-type': 'application/dicom' }).end(fake.instances.get(uid));
      return true;
    };
    const fetched = await fetchExam(archive, '1.2', target('bare'));
    expect(fetched.ok && fetched.value.fetched).toBe(1);
  });

  it('names what the archive lists but does not give, and leaves out what was not asked for', async () => {
    const { fake, archive } = await start();
    fake.intercept = (request, response) => {
      if (request.url!.endsWith('instances/1.1.1.4')) {
        response.writeHead(404).end();
        return true;
      }
      if (!request.url!.endsWith('series/1.1.1')) return false;
      multipart(response, [files[0]!, files[7]!, Buffer.from('no DICOM'), files[1]!, files[2]!]);
      return true;
    };
    const fetched = await fetchExam(archive, '1.1', target('partial'));
    expect(fetched.ok && fetched.value).toMatchObject({ fetched: 6, missing: 1 });
    const said = fetched.issues.map(({ message }) => message).join('\n');
    expect(said).toContain('found another: left out');
    expect(said).toContain('expected a DICOM instance');
    expect(said).toContain('expected instance 1.1.1.4');
    expect(await readdir(target('partial'))).not.toContain('1.2.1.1.dcm');
  });

  it('refuses an instance that is too large, and stops at a wrong password', async () => {
    const { fake, archive } = await start();
    const large = await fetchExam(archive, '1.2', target('large'), { mostBytes: 100 });
    expect(large.issues[0]!.message).toContain('at most 100 bytes');
    fake.asked.length = 0;
    fake.intercept = (request, response) => {
      if (request.url!.includes('?')) return false;
      response.writeHead(401).end();
      return true;
    };
    const denied = await fetchExam(archive, '1.1', target('denied'));
    expect(denied.ok).toBe(false);
    expect(denied.issues[0]!.message).toContain('401');
    expect(fake.asked.filter((one) => !one.includes('?'))).toHaveLength(1);
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
