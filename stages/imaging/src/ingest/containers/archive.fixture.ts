import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of an archive to be made; the options make what no honest program writes. */
export interface FixtureEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Of a zip: 0 stored, 8 deflated (the default). */
  readonly method?: number;
  /** Of a zip: general purpose flags; 1 is encrypted. */
  readonly flags?: number;
  /** Of a zip: Unix mode of the file. */
  readonly mode?: number;
  /** Of a zip: the sizes and checksum that the directory states. */
  readonly stated?: { readonly size?: number; readonly packed?: number; readonly crc?: number };
  /** Of a zip: another entry's data instead of its own. */
  readonly dataOf?: number;
  /** Of a tar: the kind of entry, '0' for a file. */
  readonly type?: string;
}

/** A zip archive as simple programs write it. */
export function zipOf(entries: readonly FixtureEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const starts: number[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { local, central } = zipParts(entry);
    starts.push(offset);
    const start = entry.dataOf === undefined ? offset : starts[entry.dataOf]!;
    central.writeUInt32LE(start, 42);
    directory.push(central);
    if (entry.dataOf !== undefined) continue;
    parts.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

function zipParts(entry: FixtureEntry): { readonly local: Buffer; readonly central: Buffer } {
  const { bytes, method = 8, flags = 0, mode = 0o100644, stated = {} } = entry;
  const name = Buffer.from(entry.name, 'utf8');
  const data = method === 8 ? deflateRawSync(bytes) : Buffer.from(bytes);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(flags | 0x800, 2);
  common.writeUInt16LE(method, 4);
  common.writeUInt32LE(stated.crc ?? crc32(bytes), 10);
  common.writeUInt32LE(stated.packed ?? data.length, 14);
  common.writeUInt32LE(stated.size ?? bytes.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), common, name, data]);
  const central = Buffer.alloc(46);
  central.write('PK\u0001\u0002', 0, 'latin1');
  central.writeUInt16LE(0x0314, 4);
  common.copy(central, 6);
  central.writeUInt32LE((mode << 16) >>> 0, 38);
  return { local, central: Buffer.concat([central, name]) };
}

/** A tar archive in the old ustar form, closed by two empty blocks. */
export function tarOf(entries: readonly FixtureEntry[]): Buffer {
  const blocks = entries.flatMap(({ name, bytes, type = '0' }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 100, 'utf8');
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.fill(' ', 148, 156);
    header.write(type, 156);
    header.write('ustar\u000000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, Buffer.from(bytes), Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
