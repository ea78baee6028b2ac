import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Archive } from './address.ts';
import { archiveAt, type FakeArchive, files, multipart, openFakeArchive } from './fake-archive.fixture.ts';
import { fetchExam } from './fetch-exam.ts';

let folder: string;
const open: FakeArchive[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fetch-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => Promise.all(open.splice(0).map((fake) => fake.close())));

async function start(held = files): Promise<{ readonly fake: FakeArchive; readonly archive: Archive }> {
  const fake = await openFakeArchive(held);
  open.push(fake);
  return { fake, archive: archiveAt(fake.root) };
}

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
