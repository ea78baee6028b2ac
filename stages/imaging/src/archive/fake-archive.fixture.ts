import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DicomElements, readDataset, text, writeDicom } from '@myocast/dicom';
import { type Archive, openArchive } from './address.ts';

/** What the tests look at and change of a small DICOMweb server on this machine. */
export interface FakeArchive {
  readonly root: string;
  /** Every request: method and address. */
  readonly asked: string[];
  /** Answers a request itself and returns true, or leaves it to the server. */
  intercept: (request: IncomingMessage, response: ServerResponse, count: number) => boolean;
  readonly instances: Map<string, Uint8Array>;
  close(): Promise<void>;
}

const boundary = 'fake-archive-boundary';

/** A DICOMweb server that holds instances in memory and knows what the tests need. */
export async function openFakeArchive(files: readonly Uint8Array[] = []): Promise<FakeArchive> {
  const instances = new Map(files.map((bytes) => [uidsOf(bytes).instance, bytes]));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (fake.intercept(request, response, asked.length)) return;
    void answer(request, response, instances);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const fake: FakeArchive = {
    root: `http://127.0.0.1:${port}/dicom-web`,
    asked,
    intercept: () => false,
    instances,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return fake;
}

function uidsOf(bytes: Uint8Array) {
  const dataset = readDataset(bytes, 'fake');
  if (!dataset.ok) throw new Error('fake archive: expected DICOM');
  const of = (keyword: Parameters<typeof text>[1]) => text(dataset.value, keyword);
  return {
    study: of('StudyInstanceUID'),
    series: of('SeriesInstanceUID'),
    instance: of('SOPInstanceUID'),
    accession: of('AccessionNumber'),
    patient: of('PatientID'),
    date: of('StudyDate'),
  };
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/dicom+json' }).end(JSON.stringify(body));
}

export function multipart(response: ServerResponse, parts: readonly Uint8Array[]): void {
  response.writeHead(200, {
    'content-type': `multipart/related; type="application/dicom"; boundary="${boundary}"`,
  });
  for (const part of parts) {
    response.write(`\r\n--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`);
    response.write(part);
  }
  response.end(`\r\n--${boundary}--\r\n`);
}

const value = (vr: string, content: string) => ({ vr, Value: [content] });

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  instances: Map<string, Uint8Array>,
): Promise<void> {
  const url = new URL(request.url!, 'http://fake');
  const path = url.pathname.split('/').slice(2);
  const all = [...instances.values()].map((bytes) => ({ bytes, ...uidsOf(bytes) }));
  if (request.method === 'POST') {
    const taken = await partsOfBody(request);
    for (const bytes of taken) instances.set(uidsOf(bytes).instance, bytes);
    const stored = taken.map((bytes) => ({ '00081155': value('UI', uidsOf(bytes).instance) }));
    return json(response, 200, { '00081199': { vr: 'SQ', Value: stored } });
  }
  const [, study, , series, , instance] = path;
  const chosen = all.filter(
    (one) =>
      (study === undefined || one.study === study) &&
      (series === undefined || one.series === series) &&
      (instance === undefined || one.instance === instance),
  );
  if (path.length % 2 === 0) {
    if (chosen.length === 0) return void response.writeHead(404).end();
    return multipart(
      response,
      chosen.map(({ bytes }) => bytes),
    );
  }
  const level = (['study', 'series', 'instance'] as const)[(path.length - 1) / 2]!;
  const tag = { study: '0020000D', series: '0020000E', instance: '00080018' }[level];
  const asks = (key: string) => url.searchParams.get(key);
  const fitting = chosen.filter((one) => {
    const [first, last] = asks('StudyDate')?.split('-') ?? [];
    return (
      (asks('AccessionNumber') ?? one.accession) === one.accession &&
      (asks('PatientID') ?? one.patient) === one.patient &&
      (first === undefined || (one.date >= first && one.date <= (last ?? first)))
    );
  });
  const records = [...new Map(fitting.map((one) => [one[level], one])).values()].map((one) => ({
    [tag]: value('UI', one[level]),
    '00100020': value('LO', one.patient),
    '00080050': value('SH', one.accession),
    '00080020': value('DA', one.date),
  }));
  const offset = Number(asks('offset') ?? 0);
  // A page holds three records, whatever is asked for.
  return json(response, 200, records.slice(offset, offset + 3));
}

async function partsOfBody(request: IncomingMessage): Promise<readonly Uint8Array[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const mark = `--${/boundary=(\S+)/.exec(request.headers['content-type']!)![1]!}`;
  const parts: Uint8Array[] = [];
  for (let at = body.indexOf(mark); ; ) {
    const next = body.indexOf(mark, at + mark.length);
    if (next < 0) return parts;
    const start = body.indexOf('\r\n\r\n', at) + 4;
    parts.push(body.subarray(start, next - 2));
    at = next;
  }
}

/** An image of 2 × 2 pixels. */
export function image(study: string, series: number, instance: number, more: DicomElements = {}): Uint8Array {
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
export const files = [
  ...Array.from({ length: 5 }, (_, index) => image('1.1', 1, index + 1)),
  ...Array.from({ length: 2 }, (_, index) => image('1.1', 2, index + 1)),
  image('1.2', 1, 1),
];
export const patience = { tries: 3, firstWaitMs: 1, mostWaitMs: 5, answerMs: 2000, pauseMs: 300 };

export function archiveAt(root: string, authorization: string | null = null): Archive {
  const opened = openArchive(root, { authorization, patience });
  if (!opened.ok) throw new Error(opened.issues[0]!.message);
  return opened.value;
}
