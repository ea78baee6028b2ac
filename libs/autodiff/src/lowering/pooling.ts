import type { NodeWriter } from '../onnx-nodes.ts';
import type { Sliding, Tensor } from '../tensor.ts';

/** A maximum over windows as ONNX's own. */
export function lowerMaxPool({ inputs: [x], attributes }: Tensor<'MaxPool'>, to: NodeWriter): string {
  return to.node('MaxPool', [to.value(x)], { ...windows(attributes), dilations: attributes.dilations });
}

/** A mean over windows as ONNX's own. */
export function lowerAvgPool({ inputs: [x], attributes }: Tensor<'AvgPool'>, to: NodeWriter): string {
  return to.node('AveragePool', [to.value(x)], onnxMean(attributes));
}

/** The attributes of ONNX's AveragePool, which knows no dilation in opset 17. */
export function onnxMean(attributes: Tensor<'AvgPool'>['attributes']) {
  return { ...windows(attributes), count_include_pad: Number(attributes.countPadding) };
}

function windows({ kernel, strides, padBegin, padEnd }: Sliding & { kernel: readonly number[] }) {
  return { kernel_shape: kernel, strides, pads: [...padBegin, ...padEnd] };
}
