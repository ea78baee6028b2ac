"""Golden values and gradients of operators, layers and losses by PyTorch, in float64.

python3 -m venv venv && venv/bin/pip install torch numpy
venv/bin/python operators.py  ->  operators.json

Of every case: the inputs, the result y, and the gradient of sum(y * weights) for every input that varies.
"""
import datetime
import json
import pathlib
import platform

import numpy
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
generator = numpy.random.default_rng(30)


def leaf(*shape, scale=1.0, shift=0.0):
    # float32 first: the same numbers on both sides
    values = (generator.normal(size=shape) * scale + shift).astype("float32")
    return torch.tensor(values.astype("float64"))


def positive(*shape):
    return torch.tensor(generator.uniform(0.3, 2, size=shape).astype("float32").astype("float64"))


def whole(high, *shape):
    return torch.tensor(generator.integers(0, high, size=shape))


def values(tensor):
    return {"shape": list(tensor.shape), "values": [float(f"{v:.9g}") for v in tensor.detach().flatten().tolist()]}


def record(of, *inputs):
    """Whole numbers are indices; all others vary."""
    leaves = [x.clone().requires_grad_() if x.is_floating_point() else x for x in inputs]
    y = of(*leaves)
    weights = leaf(*y.shape)
    varying = [x for x in leaves if x.is_floating_point()]
    gradients = torch.autograd.grad((y * weights).sum(), varying, materialize_grads=True)
    return {
        "inputs": [values(x) for x in inputs],
        "y": values(y),
        "weights": values(weights),
        "gradients": [values(g) for g in gradients],
    }


def batch_norm(kind):
    def of(x, scale, shift):
        mean, variance = torch.zeros(3), torch.ones(3)
        y = F.batch_norm(x, mean, variance, scale, shift, training=True, momentum=1.0, eps=1e-5)
        return {"y": y, "mean": mean + 0 * scale, "variance": variance + 0 * scale}[kind]

    return of


image = (2, 3, 4, 5)
ties = torch.tensor([[1.0, 2.0, 2.0], [3.0, 3.0, 3.0]])
zeros = torch.tensor([[0.5, 0.0, -1.5, 2.0, 3.0], [0.0, 1.0, 0.0, 2.0, -1.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
rows = torch.tensor([2, 0, 2, 3])

cases = {
    "softmax": record(lambda x: F.softmax(x, 1), leaf(3, 4, scale=3)),
    "logSoftmax": record(lambda x: F.log_softmax(x, 1), leaf(3, 4, scale=30)),
    "logSumExp": record(lambda x: torch.logsumexp(x, (0, 2)), leaf(2, 3, 4, scale=30)),
    "gelu": record(F.gelu, leaf(3, 4, scale=2)),
    "tanhGelu": record(lambda x: F.gelu(x, approximate="tanh"), leaf(3, 4, scale=2)),
    "silu": record(F.silu, leaf(3, 4, scale=2)),
    "softplus": record(F.softplus, leaf(3, 4, scale=6)),
    "logSigmoid": record(F.logsigmoid, leaf(3, 4, scale=6)),
    "elu": record(lambda x: F.elu(x, 0.75), leaf(3, 4)),
    "leakyRelu": record(lambda x: F.leaky_relu(x, 0.125), leaf(3, 4)),
    "log1p": record(torch.log1p, leaf(3, 4, scale=1e-4)),
    "expm1": record(torch.expm1, leaf(3, 4, scale=1e-4)),
    "pow": record(torch.pow, positive(2, 3), leaf(3)),
    "power 2.5": record(lambda x: x**2.5, positive(2, 3)),
    "cube": record(lambda x: x**3, torch.tensor([-1.5, 0.0, 2.0])),
    "atan": record(torch.atan, leaf(3, 4)),
    "maximum of equals": record(torch.maximum, ties, torch.tensor([2.0, 2.0, 1.0])),
    "minimum of equals": record(torch.minimum, ties, torch.tensor([2.0, 2.0, 1.0])),
    "max of equals": record(lambda x: torch.amax(x, 1), ties),
    "min of equals": record(lambda x: torch.amin(x, 1), ties),
    "prod with zeros": record(lambda x: torch.prod(x, 1), zeros),
    "variance": record(lambda x: torch.var(x, (0, 2), correction=1), leaf(2, 3, 4)),
    "cumSum": record(lambda x: torch.cumsum(x, 1), leaf(2, 5, 3)),
    "embedding": record(lambda table, index: F.embedding(index, table), leaf(5, 3), whole(5, 2, 4)),
    "gather": record(lambda x, index: torch.index_select(x, 1, index), leaf(2, 4, 3), rows),
    "takeAlong": record(lambda x, index: torch.gather(x, 1, index), leaf(2, 4, 3), whole(4, 2, 6, 3)),
    "scatterAdd": record(lambda x, index: torch.zeros(2, 4, 3).index_add(1, index, x), leaf(2, 4, 3), rows),
    "addAlong": record(lambda x, index: torch.zeros(2, 4, 3).scatter_add(1, index, x), leaf(2, 6, 3), whole(4, 2, 6, 3)),
    "einsum nij,njk->nik": record(lambda a, b: torch.einsum("nij,njk->nik", a, b), leaf(2, 3, 4), leaf(2, 4, 5)),
    "einsum bqhd,bkhd->bhqk": record(
        lambda a, b: torch.einsum("bqhd,bkhd->bhqk", a, b), leaf(2, 3, 2, 4), leaf(2, 5, 2, 4)),
    "einsum i,j->ji": record(lambda a, b: torch.einsum("i,j->ji", a, b), leaf(3), leaf(4)),
    "einsum abc,cd,bde->ae": record(
        lambda a, b, c: torch.einsum("abc,cd,bde->ae", a, b, c), leaf(2, 3, 4), leaf(4, 5), leaf(3, 5, 2)),
    "einsum abc->ca": record(lambda a: torch.einsum("abc->ca", a), leaf(2, 3, 4)),
    "einsum ij,kj->": record(lambda a, b: torch.einsum("ij,kj->", a, b), leaf(2, 3), leaf(4, 3)),
    "reflect": record(lambda x: F.pad(x, (2, 1, 1, 2), mode="reflect"), leaf(*image)),
    "edge": record(lambda x: F.pad(x, (2, 1, 1, 2), mode="replicate"), leaf(*image)),
    "wrap": record(lambda x: F.pad(x, (2, 1, 1, 2), mode="circular"), leaf(*image)),
    "constant pad": record(lambda x: F.pad(x, (2, 1, 1, 2), value=-0.5), leaf(*image)),
    "roll": record(lambda x: torch.roll(x, -2, 1), leaf(2, 5)),
    "repeat": record(lambda x: torch.repeat_interleave(x, 3, 1), leaf(2, 4)),
    "tile": record(lambda x: torch.tile(x, (2, 3)), leaf(2, 4)),
    "layerNorm": record(lambda x, g, b: F.layer_norm(x, (4,), g, b, 1e-5), leaf(2, 3, 4), leaf(4), leaf(4)),
    "instanceNorm": record(
        lambda x, g, b: F.instance_norm(x, weight=g, bias=b, eps=1e-5), leaf(2, 3, 2, 3, 2), leaf(3), leaf(3)),
    "groupNorm": record(lambda x, g, b: F.group_norm(x, 2, g, b, 1e-5), leaf(2, 4, 3, 2), leaf(4), leaf(4)),
    "batchNorm": record(batch_norm("y"), leaf(*image), leaf(3), leaf(3)),
    "batchNorm mean": record(batch_norm("mean"), leaf(*image), leaf(3), leaf(3)),
    "batchNorm variance": record(batch_norm("variance"), leaf(*image), leaf(3), leaf(3)),
    "batchNormInference": record(
        lambda x, g, b, m, v: F.batch_norm(x, m.detach(), v.detach(), g, b, eps=1e-5),
        leaf(*image), leaf(3), leaf(3), leaf(3), positive(3)),
    "indexCrossEntropy": record(lambda x, index: F.cross_entropy(x, index), leaf(2, 4, 3, scale=3), whole(4, 2, 3)),
    "meanSquaredError": record(F.mse_loss, leaf(2, 3), leaf(2, 3)),
    "meanAbsoluteError": record(F.l1_loss, leaf(2, 3), leaf(2, 3)),
    "huber": record(lambda y, t: F.huber_loss(y, t, delta=0.75), leaf(2, 6), leaf(2, 6)),
    "binaryCrossEntropy": record(F.binary_cross_entropy_with_logits, leaf(2, 3, scale=4), positive(2, 3)),
    "conv1d": record(lambda x, w: F.conv1d(x, w, stride=2, padding=3, dilation=2), leaf(2, 3, 9), leaf(4, 3, 3)),
    "conv2d": record(
        lambda x, w: F.conv2d(F.pad(x, (0, 1, 2, 1)), w, stride=(2, 1), dilation=(1, 2), groups=2),
        leaf(2, 4, 5, 6), leaf(6, 2, 3, 2)),
    "conv2d same": record(lambda x, w: F.conv2d(x, w, padding="same"), leaf(1, 2, 4, 5), leaf(3, 2, 4, 3)),
    "depthwise": record(lambda x, w: F.conv2d(x, w, stride=2, padding=1, groups=3), leaf(2, 3, 6, 5), leaf(3, 1, 3, 3)),
    "conv3d": record(
        lambda x, w: F.conv3d(x, w, stride=(1, 2, 1), padding=(1, 0, 1), groups=2),
        leaf(1, 2, 3, 5, 4), leaf(4, 1, 3, 2, 3)),
    "convTranspose1d": record(
        lambda x, w: F.conv_transpose1d(x, w, stride=3, padding=1, output_padding=2, dilation=2),
        leaf(2, 3, 4), leaf(3, 2, 3)),
    "convTranspose2d": record(
        lambda x, w: F.conv_transpose2d(x, w, stride=2, padding=1, output_padding=(1, 0), groups=2),
        leaf(1, 4, 3, 3), leaf(4, 3, 3, 2)),
    "convTranspose3d": record(lambda x, w: F.conv_transpose3d(x, w, stride=2), leaf(1, 2, 2, 1, 2), leaf(2, 2, 2, 2, 2)),
    "maxPool": record(lambda x: F.max_pool2d(x, 3, 2, 1), leaf(2, 2, 6, 5)),
    "dilated maxPool": record(lambda x: F.max_pool1d(x, 2, 1, 0, 3), leaf(2, 2, 8)),
    "avgPool": record(lambda x: F.avg_pool2d(x, 3, 2, 1), leaf(2, 2, 6, 5)),
    "avgPool without padding": record(
        lambda x: F.avg_pool3d(x, 3, 2, 1, count_include_pad=False), leaf(1, 2, 4, 3, 5)),
    "upsample": record(lambda x: F.interpolate(x, scale_factor=(2, 3), mode="nearest"), leaf(1, 2, 3, 2)),
    "linear": record(lambda x: F.interpolate(x, 7, mode="linear"), leaf(1, 2, 4)),
    "linear to one": record(lambda x: F.interpolate(x, 1, mode="linear"), leaf(1, 2, 4)),
    "bilinear": record(lambda x: F.interpolate(x, (7, 3), mode="bilinear"), leaf(1, 2, 4, 5)),
    "bilinear corners": record(
        lambda x: F.interpolate(x, (7, 3), mode="bilinear", align_corners=True), leaf(1, 2, 4, 5)),
    "trilinear": record(lambda x: F.interpolate(x, (3, 2, 5), mode="trilinear"), leaf(1, 2, 2, 3, 4)),
    "trilinear corners": record(
        lambda x: F.interpolate(x, (3, 1, 5), mode="trilinear", align_corners=True), leaf(1, 2, 2, 3, 4)),
}

golden = {
    "source": "reference/autodiff/operators.py",
    "versions": {"torch": torch.__version__, "numpy": numpy.__version__, "python": platform.python_version()},
    "date": datetime.date.today().isoformat(),
    "cases": cases,
}
assert all(numpy.isfinite(case["y"]["values"]).all() for case in cases.values())
pathlib.Path(__file__).with_name("operators.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
