import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DecodeError } from './decode-error.ts';

/** The decoders of the WebAssembly module of dcmjs-codecs: CharLS, OpenJPEG and libjxl. */
export type NativeDecoder = 'DecodeJpegLs' | 'DecodeJpeg2000' | 'DecodeJpegXl';

/** What a decoder is told of a frame. */
export interface NativeFrame {
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  readonly bitsAllocated: number;
  /** 0 when the decoder is to say. */
  readonly bitsStored: number;
  readonly signed: boolean;
}

export interface NativeResult {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly bitsStored: number;
}

type Setting =
  | 'SetColumns'
  | 'SetRows'
  | 'SetBitsAllocated'
  | 'SetBitsStored'
  | 'SetSamplesPerPixel'
  | 'SetPixelRepresentation'
  | 'SetPlanarConfiguration'
  | 'SetEncodedBufferSize';
type Reading = 'GetEncodedBuffer' | 'GetDecodedBuffer' | 'GetDecodedBufferSize' | 'GetBitsStored';
type Exports = Record<Setting, (context: number, value: number) => void> &
  Record<Reading, (context: number) => number> &
  Record<NativeDecoder, (context: number, parameters: number) => void> & {
    readonly memory: { readonly buffer: ArrayBuffer };
    readonly _initialize: () => void;
    CreateCodecsContext(): number;
    ReleaseCodecsContext(context: number): void;
    CreateDecoderParameters(): number;
    ReleaseDecoderParameters(parameters: number): void;
  };

/** The part of the platform's WebAssembly that is used here; Node's own types lack it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

/** Compiled at the first compressed frame that needs it, so that other files do not pay for it. */
let compiled: object | null = null;
/** Kept from frame to frame; given up after a failure, whose memory cannot be trusted, and when it has grown. */
let running: Exports | null = null;
const keptBytes = 2 ** 29;

/**
 * Decodes one frame. The caller has compared the sizes in the stream's own header with the
 * file's: the decoders allocate by them.
 *
 * @throws DecodeError whatever goes wrong inside, traps and lack of memory included
 */
export function decodeNative(decoder: NativeDecoder, data: Uint8Array, frame: NativeFrame): NativeResult {
  try {
    running ??= instantiate();
    const result = run(running, decoder, data, frame);
    if (running.memory.buffer.byteLength > keptBytes) running = null;
    return result;
  } catch (error) {
    running = null;
    throw new DecodeError('not-readable', `the decoder stopped: ${(error as Error).message}`);
  }
}

function run(codec: Exports, decoder: NativeDecoder, data: Uint8Array, frame: NativeFrame): NativeResult {
  const context = codec.CreateCodecsContext();
  codec.SetColumns(context, frame.columns);
  codec.SetRows(context, frame.rows);
  codec.SetBitsAllocated(context, frame.bitsAllocated);
  codec.SetBitsStored(context, frame.bitsStored);
  codec.SetSamplesPerPixel(context, frame.samples);
  codec.SetPixelRepresentation(context, frame.signed ? 1 : 0);
  codec.SetPlanarConfiguration(context, 0);
  codec.SetEncodedBufferSize(context, data.length);
  new Uint8Array(codec.memory.buffer, codec.GetEncodedBuffer(context), data.length).set(data);
  const parameters = codec.CreateDecoderParameters();
  codec[decoder](context, parameters);
  const [at, length] = [codec.GetDecodedBuffer(context), codec.GetDecodedBufferSize(context)];
  const bytes = new Uint8Array(codec.memory.buffer, at, length).slice();
  const bitsStored = codec.GetBitsStored(context);
  codec.ReleaseDecoderParameters(parameters);
  codec.ReleaseCodecsContext(context);
  return { bytes, bitsStored };
}

function instantiate(): Exports {
  compiled ??= new WebAssembly.Module(
    readFileSync(createRequire(import.meta.url).resolve('dcmjs-codecs/build/dcmjs-native-codecs.wasm')),
  );
  const done = () => 0;
  let codec: Exports | null = null;
  const instance = new WebAssembly.Instance(compiled, {
    env: {
      // What the codecs print goes nowhere; what they throw ends the call.
      onCodecsInfo: done,
      onCodecsTrace: done,
      emscripten_notify_memory_growth: done,
      onCodecsException: (at: number, length: number) => {
        throw new Error(Buffer.from(codec!.memory.buffer, at, length).toString('latin1'));
      },
    },
    wasi_snapshot_preview1: {
      fd_write: (_file: number, parts: number, count: number, written: number) => {
        const view = new DataView(codec!.memory.buffer);
        let length = 0;
        for (let part = 0; part < count; part++) length += view.getUint32(parts + 8 * part + 4, true);
        // Less than all would be tried again without end.
        view.setUint32(written, length, true);
        return 0;
      },
      proc_exit: (code: number) => {
        throw new Error(`exit ${code}`);
      },
      clock_time_get: done,
      fd_close: done,
      fd_seek: done,
      environ_get: done,
      environ_sizes_get: (count: number, size: number) => {
        new DataView(codec!.memory.buffer).setUint32(count, 0, true);
        new DataView(codec!.memory.buffer).setUint32(size, 0, true);
        return 0;
      },
    },
  });
  codec = instance.exports as Exports;
  // Runs the constructors of the C++ libraries.
  codec['_initialize']();
  return codec;
}
