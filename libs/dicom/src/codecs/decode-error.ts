import type { IssueKind } from '@myocast/base';

/**
 * Wrong bytes deep inside a codec. It never leaves the library: `decodeFrame`
 * turns it into an issue with the name of the file and of the syntax.
 */
export class DecodeError extends Error {
  readonly kind: IssueKind;

  constructor(kind: IssueKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
