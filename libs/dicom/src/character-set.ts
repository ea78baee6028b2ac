/** Defined terms of SpecificCharacterSet (PS3.3 C.12.1.1.2) and the WHATWG encoding that reads them. */
const encodings: { readonly [term: string]: string } = {
  '': 'latin1',
  'ISO_IR 6': 'latin1',
  'ISO_IR 100': 'latin1',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'windows-1254',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 87': 'iso-2022-jp',
  'ISO_IR 159': 'iso-2022-jp',
  'ISO_IR 149': 'euc-kr',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 58': 'gbk',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/**
 * Text in the character sets that a data set names, for people to read.
 *
 * With code extensions (several terms) the last term that is known decides; a
 * text that switches between more than two repertoires comes out incomplete.
 * An unknown term reads as Latin-1, which never fails.
 */
export function decodeText(bytes: Uint8Array, terms: readonly string[]): string {
  if (!bytes.some((byte) => byte > 0x7e || byte === 0x1b)) return latin1(bytes);
  const known = terms
    .map((term) => encodings[term.trim().replace(/^ISO 2022 IR/, 'ISO_IR')])
    .filter((name) => name !== undefined);
  const encoding = known.at(-1) ?? 'latin1';
  return encoding === 'latin1' ? latin1(bytes) : new TextDecoder(encoding).decode(bytes);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
