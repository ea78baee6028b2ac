const texts: { readonly [vr: string]: string } = {
  AE: 'REMOVED',
  AS: '000Y',
  CS: 'REMOVED',
  DA: '19000101',
  DS: '0',
  DT: '19000101000000',
  IS: '0',
  LO: 'REMOVED',
  LT: 'REMOVED',
  PN: 'REMOVED',
  SH: 'REMOVED',
  ST: 'REMOVED',
  TM: '000000',
  UC: 'REMOVED',
  UR: 'urn:removed',
  UT: 'REMOVED',
};

const widths: { readonly [vr: string]: number } = {
  AT: 4,
  FD: 8,
  FL: 4,
  OD: 8,
  OF: 4,
  OL: 4,
  OV: 8,
  SL: 4,
  SV: 8,
  UL: 4,
  UV: 8,
};

/** A value of a VR that tells nothing: action D of the profile. UIDs have none, they are remapped. */
export function dummyValue(vr: string): Uint8Array {
  const text = texts[vr];
  return text === undefined ? new Uint8Array(widths[vr] ?? 2) : Buffer.from(text, 'latin1');
}
