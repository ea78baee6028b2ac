import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DicomElements, writeDicom } from '@myocast/dicom';
import { describe, expect, it, vi } from 'vitest';

const program = fileURLToPath(new URL('../../../bin/myocast.js', import.meta.url));
const isBuilt = existsSync(fileURLToPath(new URL('../../../dist/main.js', import.meta.url)));
if (!isBuilt) process.stderr.write('skipped: myocast archive, apps/cli is not built (npx tsc -b)\n');
// Starting the command takes most of a second of processor time, much more on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

function myocast(words: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    const env = { ...process.env, ...environment };
    execFile(process.execPath, [program, ...words], { env }, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

const image = (z: number, more: DicomElements): Uint8Array =>
  writeDicom(
    {
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
      StudyInstanceUID: '2.25.5',
      PatientID: 'PID-9',
      Modality: 'MR',
      SeriesDescription: 'LGE SAX',
      SeriesInstanceUID: '2.25.6',
      SOPInstanceUID: `2.25.6.${z}`,
      InversionTime: 300,
      Rows: 8,
      Columns: 8,
      PixelSpacing: [2, 2],
      ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
      ImagePositionPatient: [0, 0, 10 * z],
      ...more,
    },
    new Uint16Array(64).fill(100 + z),
  );

/** One exam of one LGE series, behind a password. */
async function serve(): Promise<{ address: string; close: () => void }> {
  const images = Array.from({ length: 8 }, (_, z) => image(z + 1, {}));
  const server = createServer((request, response) => {
    if (request.headers.authorization !== `Basic ${Buffer.from('u:geheim').toString('base64')}`)
      return response.writeHead(401).end();
    const url = new URL(request.url!, 'http://x');
    const records = (tag: string, uids: readonly string[]) => {
      const list = Number(url.searchParams.get('offset')) > 0 ? [] : uids;
      response.writeHead(200, { 'content-type': 'application/dicom+json' });
      response.end(JSON.stringify(list.map((uid) => ({ [tag]: { vr: 'UI', Value: [uid] } }))));
    };
    if (url.pathname.endsWith('/studies')) return records('0020000D', ['2.25.5']);
    if (url.pathname.endsWith('/series')) return records('0020000E', ['2.25.6']);
    if (url.pathname.endsWith('/instances'))
      return records(
        '00080018',
        images.map((_, z) => `2.25.6.${z + 1}`),
      );
    response.writeHead(200, { 'content-type': 'multipart/related; boundary=b' });
    for (const bytes of images) {
      response.write('\r\n--b\r\nContent-Type: application/dicom\r\n\r\n');
      response.write(bytes);
    }
    return response.end('\r\n--b--\r\n');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/dicom-web`, close: () => server.close() };
}

describe.skipIf(!isBuilt)('myocast archive', () => {
  it('ingests an exam of an archive under a name that tells nothing, and shows no password', async () => {
    const { address, close } = await serve();
    const out = join(await mkdtemp(join(tmpdir(), 'myocast-archive-')), 'exam');
    const words = ['ingest', address, '--accession', 'A1', '--out', out, '--references', 'original'];
    const known = { MYOCAST_ARCHIVE_USER: 'u', MYOCAST_ARCHIVE_PASSWORD: 'geheim' };
    const done = await myocast(words, known);
    expect([done.code, done.stderr]).toEqual([0, '']);
    const record = await readFile(join(out, 'exam.json'), 'utf8');
    expect(record).toMatch(/"subject":"exam-[0-9a-f]{12}"/);
    expect(record).not.toContain('PID-9');
    expect(await readFile(join(out, 'lge-sax.sources.json'), 'utf8')).toContain('2.25.6.8');
    const wrong = await myocast(words, { ...known, MYOCAST_ARCHIVE_PASSWORD: 'falsch' });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/dicom-web\/studies: expected an answer, found 401 .*\n$/,
    );
    expect(`${done.stdout}${wrong.stdout}${wrong.stderr}`).not.toMatch(/geheim|falsch/);
    close();
  });

  it('says in a line what is wrong with an address, a query or a file of credentials', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'myocast-archive-'));
    const open = join(folder, 'open');
    await writeFile(open, 'u:geheim', { mode: 0o644 });
    const find = ['archive', 'find', '--from'];
    const cases: readonly (readonly [words: readonly string[], code: number, says: RegExp])[] = [
      [[...find, 'https://u:geheim@pacs/dw', '--accession', 'A'], 1, /without user and password/],
      [[...find, 'pacs', '--accession', 'A'], 1, /expected an address/],
      [[...find, 'https://pacs/dw', '--accession', '*'], 1, /without wildcards/],
      [[...find, 'https://pacs/dw'], 1, /expected an accession number, patient, date or exam/],
      [[...find, 'https://pacs/dw', '--accession', 'A', '--credentials', open], 1, /only its owner may read/],
      [['archive', 'send', '--to', 'https://pacs/dw'], 2, /expected either --exam or files/],
      [['archive', 'send', '--exam', folder, '--to', 'https://pacs/dw'], 1, /expected an ingested exam/],
      [['archive', 'receive', '--out', folder], 2, /--caller/],
    ];
    for (const [words, code, says] of cases) {
      const done = await myocast(words);
      expect([words.join(' '), done.code]).toEqual([words.join(' '), code]);
      expect(done.stderr).toMatch(says);
      expect(done.stderr).not.toMatch(/geheim|\n\s+at /);
    }
  });
});
