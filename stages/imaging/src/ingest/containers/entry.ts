import { type Issue, type IssueKind, issue } from '@myocast/base';

/** One file of an archive, unpacked. */
export interface ArchiveFile {
  /** As the archive names it: shown, never used as a path on disk. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** One file of an archive that is not read, or, without a name, what is wrong with the archive itself. */
export interface RefusedEntry {
  readonly name: string | null;
  readonly kind: IssueKind;
  readonly message: string;
}

export type ArchiveEntry = ArchiveFile | RefusedEntry;

/** The path of an entry in messages: archive, then entry. */
export function entryPath(archive: string, name: string): string {
  return `${archive}!/${name.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '?')}`;
}

export function issueOf(archive: string, { name, kind, message }: RefusedEntry): Issue {
  return issue(kind, name === null ? archive : entryPath(archive, name), message);
}

/**
 * Why a name is not followed, or null: one that leads out of its archive, or one that came before.
 *
 * @param seen the names so far; the name is added
 */
export function unsafeName(name: string, seen: Set<string>): string | null {
  const plain = name.replaceAll('\\', '/');
  if (plain === '' || plain.includes('\0')) return 'expected a name, found none';
  if (plain.startsWith('/') || /^[a-z]:/i.test(plain))
    return 'expected a relative name, found an absolute one';
  if (plain.split('/').includes('..')) return 'expected a name inside the archive, found one that leads out';
  const same = plain.replace(/^(\.\/)+/, '');
  if (seen.has(same)) return 'expected every name once, found it again';
  seen.add(same);
  return null;
}
