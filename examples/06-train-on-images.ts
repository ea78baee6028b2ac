// A convolutional network learns in twenty lines whether a stripe lies or stands, and is saved as ONNX.
import { compileTraining, exportOnnx, input, loadModel, Parameters } from '@myocast/autodiff';
import { conv, dense } from '@myocast/autodiff/layers';
import { crossEntropy } from '@myocast/autodiff/losses';
import { mean, relu } from '@myocast/autodiff/operators';
import { adamW, cosineSchedule } from '@myocast/autodiff/optimizers';
import { Random } from '@myocast/base';

const random = new Random(1);
const parameters = new Parameters(random.fork('weights'));
const features = relu(conv(parameters, 'conv', input('x', [16, 1, 12, 12]), 16));
const logits = dense(parameters, 'out', mean(features, { axes: [2, 3] }), 2);
const loss = crossEntropy(logits, input('targets', [16, 2]));
const session = await compileTraining({ loss, parameters, optimizer: adamW({ clipNorm: 1 }), threads: 2 });
const rate = cosineSchedule({ learningRate: 0.03, steps: 200, warmUp: 10 });
for (let step = 1; step <= 200; step++) {
  const { loss: now } = await session.step(stripes(random), { learningRate: rate(step) });
  if (step % 50 === 0) console.log(`step ${step}: cross-entropy ${now.toFixed(4)}`);
}
const bytes = exportOnnx({ outputs: { logits }, parameters: await session.parameters(), freeBatch: true });
const model = await loadModel(bytes);
const { logits: found } = await model.run({ x: { data: stripes(random).x, shape: [16, 1, 12, 12] } });
const [lies, stands] = found!.data;
console.log(`${bytes.length} bytes of ONNX; logits of one image: ${lies!.toFixed(1)}, ${stands!.toFixed(1)}`);

/** 16 noisy images of 12 × 12 with a stripe that lies (class 0) or stands (class 1). */
function stripes(from: Random) {
  const [x, targets] = [new Float32Array(16 * 144), new Float32Array(32)];
  for (let image = 0; image < 16; image++) {
    const [stands, at] = [Number(from.chance(0.5)), Math.floor(from.uniform(0, 12))];
    targets[2 * image + stands] = 1;
    for (let pixel = 0; pixel < 144; pixel++)
      x[144 * image + pixel] =
        Number((stands ? pixel % 12 : Math.floor(pixel / 12)) === at) + from.normal(0, 0.2);
  }
  return { x, targets };
}
