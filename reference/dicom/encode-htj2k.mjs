// Encodes raw samples as HTJ2K with OpenJPH (dcmjs-codecs), for encode_syntaxes.py.
// Usage: node reference/dicom/encode-htj2k.mjs in.raw out.jhc columns rows bitsStored signed progression
import { readFileSync, writeFileSync } from 'node:fs';
import dcmjsCodecs from 'dcmjs-codecs';

const { Context, NativeCodecs } = dcmjsCodecs;
const [input, output, columns, rows, bitsStored, signed, progressionOrder] = process.argv.slice(2);
await NativeCodecs.initializeAsync();
const context = new Context({
  width: Number(columns),
  height: Number(rows),
  bitsAllocated: 16,
  bitsStored: Number(bitsStored),
  samplesPerPixel: 1,
  pixelRepresentation: Number(signed),
  planarConfiguration: 0,
  photometricInterpretation: 'MONOCHROME2',
});
context.setDecodedBuffer(new Uint8Array(readFileSync(input)));
const encoded = NativeCodecs.encodeHtJpeg2000(context, {
  lossy: false,
  progressionOrder: Number(progressionOrder),
});
writeFileSync(output, encoded.getEncodedBuffer());
