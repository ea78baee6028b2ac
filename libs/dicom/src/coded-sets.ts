/** A set of characters that can stand in the left (G0) or right (G1) half of the code table (ISO 2022, PS3.3 C.12.1.1.2). */
export interface CodedSet {
  readonly name: string;
  readonly bytesPerCharacter: 1 | 2;
  /** The text of whole characters, the high bit of each byte cleared; U+FFFD where a set has none. */
  decode(bytes: Uint8Array): string;
}

const unknown = '\ufffd';
/** Browsers and Node.js give some unassigned codes a place of their own in the private use area. */
const privateUse = /[\ue000-\uf8ff]/g;

/** Letters of 96 codes in the right half, by the WHATWG name of the ISO 8859 part, which agrees with it from A0 on. */
function rightHalf(name: string, label: string): CodedSet {
  let table: readonly string[] | null = null;
  return {
    name,
    bytesPerCharacter: 1,
    decode(bytes) {
      table ??= Array.from(
        new TextDecoder(label)
          .decode(Uint8Array.from({ length: 96 }, (_, index) => 0xa0 + index))
          .replace(privateUse, unknown),
      );
      return textOf(bytes, (byte) => table![byte - 0x20]!);
    },
  };
}

function textOf(bytes: Uint8Array, characterOf: (byte: number) => string): string {
  let text = '';
  for (const byte of bytes) text += characterOf(byte);
  return text;
}

/**
 * Characters of two bytes by the WHATWG decoder that holds them, behind `lead`.
 *
 * @param standard codes that the decoder reads as Microsoft does; here as the standard, Python and ICU do
 */
function doubleByte(
  name: string,
  label: string,
  lead: readonly number[],
  standard: { readonly [code: string]: string },
): CodedSet {
  const decoder = new TextDecoder(label);
  const characters = new Map<number, string>(
    Object.entries(standard).map(([code, character]) => [Number.parseInt(code, 16), character]),
  );
  const inSet = (byte: number) => byte >= 0x21 && byte <= 0x7e;
  const characterOf = (first: number, second: number): string => {
    if (!inSet(first) || !inSet(second)) return unknown;
    const text = decoder
      .decode(Uint8Array.of(...lead, first | 0x80, second | 0x80))
      .replace(privateUse, unknown);
    return Array.from(text).length === 1 ? text : unknown;
  };
  return {
    name,
    bytesPerCharacter: 2,
    decode(bytes) {
      let text = '';
      for (let at = 0; at < bytes.length; at += 2) {
        const [first, second = 0] = bytes.subarray(at, at + 2) as unknown as [number, number?];
        const code = first * 256 + second;
        const character = characters.get(code) ?? characterOf(first, second);
        characters.set(code, character);
        text += character;
      }
      return text;
    },
  };
}

/** ISO-IR 6, and ISO-IR 14 (JIS X 0201 romaji), whose yen sign and overline are read as the \ and ~ they are typed for. */
export const ascii: CodedSet = {
  name: 'ISO-IR 6',
  bytesPerCharacter: 1,
  decode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'),
};

const katakana: CodedSet = {
  name: 'ISO-IR 13',
  bytesPerCharacter: 1,
  decode: (bytes) =>
    textOf(bytes, (byte) => (byte >= 0x21 && byte <= 0x5f ? String.fromCharCode(0xff40 + byte) : unknown)),
};

const jisX0208 = doubleByte('ISO-IR 87', 'euc-jp', [], {
  '2141': '〜',
  '2142': '‖',
  '215d': '−',
  '2171': '¢',
  '2172': '£',
  '224c': '¬',
});
const jisX0212 = doubleByte('ISO-IR 159', 'euc-jp', [0x8f], { '2237': '~' });
const ksX1001 = doubleByte('ISO-IR 149', 'euc-kr', [], { '2266': '€', '2267': '®' });
const gb2312 = doubleByte('ISO-IR 58', 'gbk', [], { '2124': '・', '212a': '―' });

/** What the right half holds at first, by the number in the term of SpecificCharacterSet (PS3.3 tables C.12-2 to C.12-4). */
export const rightHalves: { readonly [number: string]: CodedSet } = {
  '100': rightHalf('ISO-IR 100', 'iso-8859-1'),
  '101': rightHalf('ISO-IR 101', 'iso-8859-2'),
  '109': rightHalf('ISO-IR 109', 'iso-8859-3'),
  '110': rightHalf('ISO-IR 110', 'iso-8859-4'),
  '144': rightHalf('ISO-IR 144', 'iso-8859-5'),
  '127': rightHalf('ISO-IR 127', 'iso-8859-6'),
  '126': rightHalf('ISO-IR 126', 'iso-8859-7'),
  '138': rightHalf('ISO-IR 138', 'iso-8859-8'),
  '148': rightHalf('ISO-IR 148', 'iso-8859-9'),
  '166': rightHalf('ISO-IR 166', 'iso-8859-11'),
  '203': rightHalf('ISO-IR 203', 'iso-8859-15'),
  '13': katakana,
  '149': ksX1001,
  '58': gb2312,
};

/** Which set an escape sequence calls into which half, and the number in the term that declares it. */
export interface Escape {
  readonly half: 0 | 1;
  readonly set: CodedSet;
  readonly number: string;
}

const letters: readonly (readonly [final: string, number: string])[] = [
  ['A', '100'],
  ['B', '101'],
  ['C', '109'],
  ['D', '110'],
  ['L', '144'],
  ['G', '127'],
  ['F', '126'],
  ['H', '138'],
  ['M', '148'],
  ['T', '166'],
  ['b', '203'],
];

/** By the characters behind the escape (PS3.3 tables C.12-3 and C.12-4; `$@` and `$A` are older spellings). */
export const escapes: { readonly [sequence: string]: Escape } = {
  '(B': { half: 0, set: ascii, number: '6' },
  '(J': { half: 0, set: ascii, number: '13' },
  '(I': { half: 0, set: katakana, number: '13' },
  ')I': { half: 1, set: katakana, number: '13' },
  $B: { half: 0, set: jisX0208, number: '87' },
  '$@': { half: 0, set: jisX0208, number: '87' },
  '$(D': { half: 0, set: jisX0212, number: '159' },
  '$)C': { half: 1, set: ksX1001, number: '149' },
  '$)A': { half: 1, set: gb2312, number: '58' },
  ...Object.fromEntries(
    letters.map(([final, number]) => [`-${final}`, { half: 1, set: rightHalves[number]!, number } as const]),
  ),
};
