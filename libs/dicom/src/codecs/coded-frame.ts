/** What the file says that a compressed frame holds. */
export interface CodedShape {
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
}

/** What a compressed frame does hold. */
export interface CodedFrame {
  /** Bits of a sample, by the stream's own header. */
  readonly precision: number;
  /** [rows, columns, samples], as they are coded: no colour is converted beyond the stream's own transform. */
  readonly samples: Uint8Array | Int8Array | Uint16Array | Int16Array;
}
