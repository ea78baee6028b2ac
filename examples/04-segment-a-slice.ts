// Segments ten virtual hearts that the network has never seen, with the weights that carry no data licence.
import { Random } from '@myocast/base';
import { openSegmenter, segment } from '@myocast/imaging';
import { phantomSample } from '@myocast/simulation';

const opened = await openSegmenter('cine-phantom');
if (!opened.ok) throw new Error(opened.issues[0]!.message);
const labels = opened.value.card.labels;
const overlap = labels.map(() => ({ both: 0, either: 0 }));

for (let patient = 0; patient < 10; patient++) {
  const { image, label, size } = phantomSample(new Random(`example ${patient}`), 'cine-sax');
  const affine = [1.5, 0, 0, 0, 0, 1.5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1];
  const volume = { shape: [1, 1, size, size] as const, data: image, affine, triggerTimesMs: null };
  const result = await segment(volume, opened.value, `patient ${patient}`);
  for (const [index, sums] of overlap.entries()) {
    for (let pixel = 0; pixel < label.length; pixel++) {
      const found = result.ok && result.value.mask.data[pixel] === index + 1;
      const there = label[pixel] === index + 1;
      if (found && there) sums.both++;
      sums.either += Number(found) + Number(there);
    }
  }
}
for (const [index, { both, either }] of overlap.entries())
  console.log(`${labels[index]}: Dice ${((2 * both) / either).toFixed(2)}`);
await opened.value.close();
