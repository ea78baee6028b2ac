import { dictionaryData } from './dictionary-data.ts';

/** A public attribute of DICOM PS3.6. */
export interface PublicAttribute {
  /** `xs` where PixelRepresentation decides between US and SS. */
  readonly vr: string;
  readonly keyword: string;
}

interface Dictionary {
  readonly byTag: ReadonlyMap<number, PublicAttribute>;
  readonly tagOf: ReadonlyMap<string, number>;
  /** Attributes of repeating groups (60xx) and elements: `tag & mask === base`. */
  readonly repeating: readonly (PublicAttribute & { readonly base: number; readonly mask: number })[];
}

let read: Dictionary | null = null;

/** Read when it is first asked for: who only looks at images needs none of it. */
function dictionary(): Dictionary {
  read ??= parse();
  return read;
}

function parse(): Dictionary {
  const byTag = new Map<number, PublicAttribute>();
  const tagOf = new Map<string, number>();
  const repeating: (PublicAttribute & { readonly base: number; readonly mask: number })[] = [];
  for (const line of dictionaryData) {
    const [group, ...rows] = line.split(' ') as [string, ...string[]];
    for (const row of rows) {
      const digits = group + row.slice(0, 4);
      const attribute = { vr: row.slice(4, 6), keyword: row.slice(6) };
      const base = Number.parseInt(digits.replaceAll('x', '0'), 16);
      const mask = Number.parseInt(digits.replace(/[^x]/g, 'f').replaceAll('x', '0'), 16);
      if (mask === 0xffffffff) byTag.set(base, attribute);
      else repeating.push({ ...attribute, base, mask });
      tagOf.set(attribute.keyword, base);
    }
  }
  return { byTag, tagOf, repeating };
}

/** The public attribute with this tag, or null: private, or not in the standard. */
export function publicAttribute(tag: number): PublicAttribute | null {
  const { byTag, repeating } = dictionary();
  const found = byTag.get(tag);
  if (found !== undefined || isPrivate(tag)) return found ?? null;
  return repeating.find(({ base, mask }) => (tag & mask) >>> 0 === base) ?? null;
}

/** The tag of a keyword (of a repeating group: its first tag), or null when there is no such keyword. */
export function tagOfKeyword(keyword: string): number | null {
  return dictionary().tagOf.get(keyword) ?? null;
}

/** An odd group belongs to a manufacturer (PS3.5 7.8). */
export function isPrivate(tag: number): boolean {
  return (tag & 0x10000) !== 0;
}
