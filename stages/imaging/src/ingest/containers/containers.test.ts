import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type FixtureEntry, tarOf, zipOf } from './archive.fixture.ts';
import { type ArchiveLimits, archiveLimits, openBudget } from './archive-limits.ts';
import { readerOf } from './byte-reader.ts';
import { filesIn, type FoundFile } from './files-in.ts';

interface Golden {
  readonly files: { readonly [name: string]: string };
  readonly archives: { readonly [name: string]: string };
}

const path = new URL('../../../../../reference/imaging/archives.json', import.meta.url);
const golden = JSON.parse(readFileSync(path, 'utf8')) as Golden;

async function found(bytes: Uint8Array, limits: Partial<ArchiveLimits> = {}): Promise<readonly FoundFile[]> {
  const files: FoundFile[] = [];
  const budget = openBudget({ ...archiveLimits, ...limits }, bytes.length);
  for await (const file of filesIn(readerOf(bytes), 'a', budget)) files.push(file);
  return files;
}

/** `path: text` of files, `path: message (kind)` of what was refused. */
async function listed(bytes: Uint8Array, limits?: Partial<ArchiveLimits>): Promise<readonly string[]> {
  return (await found(bytes, limits)).map((file) =>
    'issue' in file
      ? `${file.path}: ${file.issue.message} (${file.issue.kind})`
      : `${file.path}: ${Buffer.from(file.bytes).toString('latin1').slice(0, 20)}`,
  );
}

const text = (content: string) => Buffer.from(content, 'latin1');
const one: FixtureEntry = { name: 'one', bytes: text('1') };
const both = [one, { name: 'two', bytes: text('2') }];

describe('archives that Python wrote', () => {
  it.each(Object.entries(golden.archives))('%s: every file with its bytes', async (name, base64) => {
    const files = await found(Buffer.from(base64, 'base64'));
    const expected = Object.entries(golden.files)
      .filter(([file]) => name !== 'tar, ustar' || Buffer.from(file).length <= 100)
      .map(([file, content]) => [`a!/${file}`, content]);
    expect(
      files.map((file) => [file.path, 'bytes' in file && Buffer.from(file.bytes).toString('base64')]),
    ).toEqual(expected);
  });
});

describe('files inside archives inside archives', () => {
  it('are found to the depth of the limit, and not deeper', async () => {
    const inner = zipOf([{ name: 'c', bytes: text('inside') }]);
    const nested = zipOf([{ name: 'b.tgz', bytes: gzipSync(tarOf([{ name: 'x', bytes: inner }])) }]);
    expect(await listed(nested)).toEqual(['a!/b.tgz!/x!/c: inside']);
    expect(await listed(nested, { depth: 3 })).toEqual([
      'a!/b.tgz!/x: expected at most 3 archives inside each other (unsafe-entry)',
    ]);
    expect(await listed(nested, { depth: 2 })).toEqual([
      'a!/b.tgz: expected at most 2 archives inside each other (unsafe-entry)',
    ]);
    expect(await listed(gzipSync(gzipSync(gzipSync(text('plain')))))).toEqual(['a: plain']);
  });

  it('have one hash in whatever they are packed', async () => {
    const hashes = await Promise.all(
      [text('1'), gzipSync(text('1')), zipOf([one]), tarOf([one]), gzipSync(tarOf([one]))].map(
        async (bytes) => (await found(bytes)).map((file) => 'hash' in file && file.hash),
      ),
    );
    expect(new Set(hashes.flat())).toEqual(
      new Set(['6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b']),
    );
  });
});

describe('an entry that is refused', () => {
  const named = (name: string): FixtureEntry => ({ name, bytes: text('x') });

  it.each([
    ['zip', zipOf],
    ['tar', tarOf],
  ] as const)(
    'of a %s: names that lead out, are absolute or come twice; the others are read',
    async (_, pack) => {
      const names = ['../up', 'in/../../up', '/root', 'C:/windows', '//host/share', 'one', './one'];
      expect(await listed(pack([one, ...names.map(named), both[1]!]))).toEqual([
        'a!/one: 1',
        'a!/../up: expected a name inside the archive, found one that leads out (unsafe-entry)',
        'a!/in/../../up: expected a name inside the archive, found one that leads out (unsafe-entry)',
        'a!//root: expected a relative name, found an absolute one (unsafe-entry)',
        'a!/C:/windows: expected a relative name, found an absolute one (unsafe-entry)',
        'a!///host/share: expected a relative name, found an absolute one (unsafe-entry)',
        'a!/one: expected every name once, found it again (unsafe-entry)',
        'a!/./one: expected every name once, found it again (unsafe-entry)',
        'a!/two: 2',
      ]);
    },
  );

  it('has a name that leads out in the way of Windows', async () => {
    for (const pack of [zipOf, tarOf])
      for (const name of ['..\\up', 'in\\..\\..\\up', '\\\\host\\share', 'C:\\windows'])
        expect((await listed(pack([named(name)])))[0]).toMatch(/\(unsafe-entry\)$/);
  });

  it('of a zip is encrypted, a link, packed otherwise, too large, or not what its directory says', async () => {
    const entries: readonly FixtureEntry[] = [
      { ...named('secret'), flags: 1 },
      { ...named('link'), mode: 0o120777 },
      { ...named('lzma'), method: 14 },
      { ...named('odd'), method: 77 },
      { ...named('huge'), stated: { size: 2 ** 31 } },
      { ...named('longer'), method: 0, stated: { size: 1, crc: 5 } },
      { ...named('short'), stated: { size: 3 } },
      { name: 'bomb', bytes: new Uint8Array(100_000), stated: { size: 10 } },
      both[1]!,
    ];
    expect(await listed(zipOf(entries))).toEqual([
      'a!/secret: expected a plain entry, found an encrypted one (unsupported)',
      'a!/link: expected a file, found a symbolic link (unsafe-entry)',
      'a!/lzma: expected a stored or deflated entry, found LZMA (unsupported)',
      'a!/odd: expected a stored or deflated entry, found method 77 (unsupported)',
      'a!/huge: expected at most 2147483647 bytes in one file, found 2147483648 (unsupported)',
      'a!/longer: expected the CRC-32 of its directory, found another (not-readable)',
      'a!/short: expected 3 bytes, found 1 (truncated)',
      expect.stringMatching(/^a!\/bomb: expected 10 bytes of deflated data: .* \(not-readable\)$/),
      'a!/two: 2',
    ]);
  });

  it('of a zip lies over another: one piece of data counts once', async () => {
    const entries = [one, { ...one, name: 'again', dataOf: 0 }, { ...one, name: 'and again', dataOf: 0 }];
    expect(await listed(zipOf(entries))).toEqual([
      'a!/one: 1',
      'a!/again: expected data of its own, found data of another entry (unsafe-entry)',
      'a!/and again: expected data of its own, found data of another entry (unsafe-entry)',
    ]);
  });

  it('of a tar is a link, a device, a sparse file or of a sort that nobody knows', async () => {
    const types = ['1', '2', '3', '6', 'S', 'q'];
    const entries = types.map((type) => ({ name: `t${type}`, bytes: new Uint8Array(0), type }));
    expect(await listed(tarOf([...entries, one]))).toEqual([
      'a!/t1: expected a file, found a link (unsafe-entry)',
      'a!/t2: expected a file, found a symbolic link (unsafe-entry)',
      'a!/t3: expected a file, found a device (unsafe-entry)',
      'a!/t6: expected a file, found a pipe (unsafe-entry)',
      'a!/tS: expected a file, found a sparse file (unsafe-entry)',
      'a!/tq: expected a file, found an entry of an unknown sort (unsafe-entry)',
      'a!/one: 1',
    ]);
  });
});

describe('an archive that costs too much', () => {
  const zeros = { name: 'zeros', bytes: new Uint8Array(1_000_000) };
  const small = { totalBytes: 1_500_000, ratioFromBytes: 2_000_000 };

  it('is followed to the limit of what it unpacks to, in a zip as in a gzipped tar', async () => {
    const twice = [zeros, { ...zeros, name: 'more' }, one];
    const over = 'expected to unpack to at most 1500000 bytes, found more';
    expect((await listed(zipOf(twice), small)).slice(1)).toEqual([
      `a!/more: ${over} (unsafe-entry)`,
      `a!/one: ${over} (unsafe-entry)`,
    ]);
    expect((await listed(gzipSync(tarOf(twice)), small)).slice(1)).toEqual([
      `a: ${over}: the rest is not read (unsafe-entry)`,
    ]);
    expect(await listed(gzipSync(new Uint8Array(2_000_000)), small)).toEqual([
      `a: ${over}: the rest is not read (unsafe-entry)`,
    ]);
  });

  it('is stopped by its ratio once much is unpacked, not before', async () => {
    const limits = { ratioFromBytes: 500_000, ratio: 50 };
    const [said] = await listed(zipOf([zeros]), limits);
    expect(said).toMatch(/^a!\/zeros: expected to unpack to at most 50 times its \d+ bytes, found more/);
    expect(await found(zipOf([zeros]), { ...limits, ratioFromBytes: 2_000_000 })).toHaveLength(1);
  });

  it('is read up to the most entries', async () => {
    for (const pack of [zipOf, tarOf]) {
      const entries = Array.from({ length: 5 }, (_, index) => ({ name: `${index}`, bytes: text('x') }));
      const said = await listed(pack(entries), { entries: 3 });
      expect(said).toHaveLength(4);
      expect(said[3]).toBe('a: expected at most 3 entries, found more: the rest is not read (unsafe-entry)');
    }
  });

  it('counts a file that is larger than the limit, and goes on behind it', async () => {
    for (const pack of [zipOf, tarOf])
      expect(await listed(pack([zeros, one]), { fileBytes: 1000 })).toEqual([
        'a!/zeros: expected at most 1000 bytes in one file, found 1000000 (unsupported)',
        'a!/one: 1',
      ]);
  });
});

describe('an archive that is cut off or damaged', () => {
  it('gives the files before the damage, and one issue for the rest', async () => {
    const tar = tarOf(both);
    expect(await listed(tar.subarray(0, 1024))).toEqual([
      'a!/one: 1',
      'a: expected an empty block at the end, found 0 bytes: files may be missing (truncated)',
    ]);
    expect((await listed(tar.subarray(0, 513)))[0]).toBe('a!/one: 1');
    const damaged = Buffer.from(tar).fill('x', 1024, 1200);
    expect((await listed(damaged))[1]).toBe(
      'a: expected the header of a file, found other bytes: the rest is not read (not-readable)',
    );
    const large = tarOf([one, { name: 'large', bytes: Buffer.alloc(5000, 'x') }]);
    expect((await listed(large.subarray(0, 2000)))[1]).toBe(
      'a!/large: expected 5000 bytes, found 464 (truncated)',
    );
    const noise = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * index * 31) & 0xff));
    const gz = gzipSync(tarOf([one, { name: 'noise', bytes: noise }]));
    const cut = await listed(gz.subarray(0, gz.length - 20));
    expect(cut.at(-1)).toMatch(/^a: expected the rest of an archive: unexpected end of file \(truncated\)$/);
    const zip = zipOf(both);
    expect(await listed(zip.subarray(0, zip.length - 5))).toEqual([
      expect.stringMatching(/^a: expected the directory of a zip archive: .* \(not-readable\)$/),
    ]);
  });

  it('of a sort that is not read is named', async () => {
    for (const [magic, name] of [
      ['Rar!\u001a\u0007\u0001', 'RAR'],
      ['7z\u00bc\u00af\u0027\u001c', '7z'],
      ['BZh9', 'bzip2'],
      ['\u00fd7zXZ\u0000', 'xz'],
      ['\u0028\u00b5\u002f\u00fd', 'zstd'],
    ] as const)
      expect((await listed(text(`${magic}${'x'.repeat(600)}`)))[0]).toMatch(
        new RegExp(`^a: expected a zip, tar or gzip archive, found an? ${name}`),
      );
    expect(await listed(new Uint8Array(0))).toEqual(['a: ']);
    expect(await listed(zipOf([]))).toEqual([]);
  });
});
