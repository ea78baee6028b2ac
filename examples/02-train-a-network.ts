// A small network learns y = x₁ x₂ in one ONNX training graph, and is exported as plain ONNX.
import { compileTraining, exportOnnx, input, loadModel, Parameters } from '@myocast/autodiff';
import { dense } from '@myocast/autodiff/layers';
import { gelu, mean, square, sub } from '@myocast/autodiff/operators';
import { adamW } from '@myocast/autodiff/optimizers';
import { Random } from '@myocast/base';

const batch = 64;
const random = new Random(7);
const parameters = new Parameters(random.fork('weights'));
const x = input('x', [batch, 2]);
const y = input('y', [batch, 1]);
const hidden = gelu(dense(parameters, 'hidden', x, 16));
const predicted = dense(parameters, 'out', hidden, 1);
const loss = mean(square(sub(predicted, y)));

const session = await compileTraining({ loss, parameters, optimizer: adamW() });
for (let step = 1; step <= 600; step++) {
  const xs = Float32Array.from({ length: 2 * batch }, () => random.uniform(-1, 1));
  const ys = Float32Array.from({ length: batch }, (_, i) => xs[2 * i]! * xs[2 * i + 1]!);
  const { loss: now } = await session.step({ x: xs, y: ys }, { learningRate: 0.01 });
  if (step % 200 === 0) console.log(`step ${step}: mean squared error ${now.toFixed(5)}`);
}
const values = await session.parameters();
const bytes = exportOnnx({ outputs: { predicted }, parameters: values, metadata: {}, freeBatch: true });
const model = await loadModel(bytes);
const { predicted: one } = await model.run({ x: { data: Float32Array.of(0.5, -0.8), shape: [1, 2] } });
console.log(`0.5 × -0.8 ≈ ${one!.data[0]!.toFixed(3)}, from ${bytes.length} bytes of ONNX`);
