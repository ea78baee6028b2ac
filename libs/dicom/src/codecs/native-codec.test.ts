import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';

const folder = resolve(import.meta.dirname, '../../../../reference/dicom/encoded');
const file = (name: string) => new Uint8Array(readFileSync(`${folder}/${name}`));
const platform = globalThis as unknown as { WebAssembly: { Module: new (bytes: Uint8Array) => object } };

/** The library as a process finds it at its start, and how often it compiles a module. */
async function freshLibrary() {
  vi.resetModules();
  const { Module } = platform.WebAssembly;
  // Called with `new`, which an arrow function does not allow.
  const compiled = vi.fn(function compile(bytes: Uint8Array) {
    return new Module(bytes);
  });
  platform.WebAssembly.Module = compiled as unknown as typeof Module;
  restore = () => {
    platform.WebAssembly.Module = Module;
  };
  const { readDicom } = await import('../index.ts');
  return { readDicom, compiled };
}

let restore = () => {};
afterEach(() => restore());

describe('the WebAssembly decoders', () => {
  it('are not even loaded for images without them', async () => {
    const { readDicom, compiled } = await freshLibrary();
    for (const name of ['explicit.dcm', 'rle-12.dcm', 'extended-12.dcm', 'lossless-7.dcm'])
      expect(readDicom(file(name), name).ok).toBe(true);
    expect(compiled).not.toHaveBeenCalled();
  });

  it('are compiled once for any number of frames, failures between them included', async () => {
    const { readDicom, compiled } = await freshLibrary();
    const whole = file('htj2k-12.dcm');
    const first = readDicom(whole, 'a');
    for (const name of ['jpeg-ls-12.dcm', 'jpeg-2000-12.dcm', 'jpeg-xl-16.dcm'])
      expect(readDicom(file(name), name).ok).toBe(true);
    const damaged = whole.slice();
    damaged.fill(0xff, damaged.length - 3000, damaged.length - 1000);
    readDicom(damaged, 'b');
    const again = readDicom(whole, 'a');
    if (!first.ok || !again.ok) throw new Error('not read');
    expect(again.value.stored).toEqual(first.value.stored);
    expect(compiled).toHaveBeenCalledTimes(1);
  });

  it('print nothing, whatever they think of the data', async () => {
    const { readDicom } = await freshLibrary();
    const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const error = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      for (const name of ['htj2k-12.dcm', 'jpeg-2000-12.dcm', 'jpeg-ls-12.dcm', 'jpeg-xl-12.dcm'])
        for (let at = 1; at < 8; at++) {
          const bytes = file(name);
          bytes.fill(0, bytes.length - 300 * at, bytes.length - 300 * at + 200);
          readDicom(bytes, name);
        }
      expect(out).not.toHaveBeenCalled();
      expect(error).not.toHaveBeenCalled();
    } finally {
      out.mockRestore();
      error.mockRestore();
    }
  });
});
