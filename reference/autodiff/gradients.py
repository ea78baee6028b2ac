"""Golden losses, gradients and AdamW steps of small whole networks, in float64.

python3 -m venv venv && venv/bin/pip install torch numpy
venv/bin/python gradients.py  ->  gradients.json
"""
import datetime
import json
import math
import pathlib
import platform

import numpy
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
generator = numpy.random.default_rng(20)


def leaf(shape, scale=0.5, shift=0.0):
    # float32 first: the same numbers on both sides
    values = (generator.normal(size=shape) * scale + shift).astype("float32")
    return torch.tensor(values.astype("float64"))


class Leaves(dict):
    """Parameters by name, made at first use."""

    def get(self, name, shape, scale=0.5, shift=0.0):
        if name not in self:
            self[name] = leaf(shape, scale, shift).requires_grad_()
        return self[name]


def conv(p, name, x, channels, kernel=3, stride=1, bias=True, groups=1, shift=0.0):
    w = p.get(f"{name}.weight", (channels, x.shape[1] // groups, kernel, kernel))
    b = p.get(f"{name}.bias", (channels,), shift=shift) if bias else None
    return F.conv2d(x, w, b, stride=stride, padding=(kernel - 1) // 2, groups=groups)


def instance_norm(p, name, x):
    c = x.shape[1]
    scale, shift = p.get(f"{name}.scale", (c,), 0.3, 1.0), p.get(f"{name}.shift", (c,), 0.3)
    return F.instance_norm(x, weight=scale, bias=shift, eps=1e-5)


def block(p, name, x, channels, stride=1):
    for place, step in (("1", stride), ("2", 1)):
        x = conv(p, f"{name}.conv{place}", x, channels, stride=step, bias=False)
        x = F.relu(instance_norm(p, f"{name}.norm{place}", x))
    return x


def u_net(p, name, x, base, levels, classes):
    down = []
    for level in range(levels):
        down.append(block(p, f"{name}.down{level}", down[-1] if down else x, base * 2**level, 1 if level == 0 else 2))
    up = down[-1]
    for level in reversed(range(levels - 1)):
        up = F.interpolate(up, scale_factor=2, mode="nearest")
        up = block(p, f"{name}.up{level}", torch.cat([up, down[level]], 1), base * 2**level)
    return conv(p, f"{name}.head", up, classes, kernel=1)


def dice_cross_entropy(logits, targets):
    p = torch.softmax(logits, 1)
    dice = (2 * (p * targets).sum((0, 2, 3)) + 1) / (p.sum((0, 2, 3)) + targets.sum((0, 2, 3)) + 1)
    return 1 - dice[1:].mean() + F.cross_entropy(logits, targets)


def dense(p, name, x, width):
    return x @ p.get(f"{name}.weight", (x.shape[-1], width)) + p.get(f"{name}.bias", (width,))


def layer_norm(p, name, x):
    d = x.shape[-1]
    return F.layer_norm(x, (d,), p.get(f"{name}.scale", (d,), 0.3, 1.0), p.get(f"{name}.shift", (d,), 0.3), 1e-5)


def attention(p, name, x, mask, heads):
    n, k, d = x.shape
    q, key, v = (dense(p, f"{name}.{part}", x, d).view(n, k, heads, d // heads).transpose(1, 2)
                 for part in ("query", "key", "value"))
    mixed = F.scaled_dot_product_attention(q, key, v, attn_mask=mask[:, None, None, :].bool())
    return dense(p, f"{name}.out", mixed.transpose(1, 2).reshape(n, k, d), d)


def transformer_block(p, name, x, mask, heads, hidden):
    x = x + attention(p, f"{name}.attention", layer_norm(p, f"{name}.norm1", x), mask, heads)
    return x + dense(p, f"{name}.mlp2", F.gelu(dense(p, f"{name}.mlp1", layer_norm(p, f"{name}.norm2", x), hidden)), x.shape[-1])


def cnn(p, x, widths, classes):
    for place, width in enumerate(widths):
        x = F.relu(conv(p, f"conv{place}", x, width, stride=1 if place == 0 else 2, shift=0.3))
    return dense(p, "head", x.mean((2, 3)), classes)


def depthwise_cnn(p, x, stem, widths, classes):
    x = F.relu(conv(p, "stem", x, stem, stride=2, shift=0.3))
    for place, width in enumerate(widths):
        x = F.relu(conv(p, f"depthwise{place}", x, x.shape[1], stride=1 + place % 2, groups=x.shape[1], shift=0.3))
        x = F.relu(conv(p, f"pointwise{place}", x, width, kernel=1, shift=0.3))
    return dense(p, "head", x.mean((2, 3)), classes)


def values(tensor):
    return {"shape": list(tensor.shape), "values": [float(f"{v:.9g}") for v in tensor.detach().flatten().tolist()]}


def record(loss_of, inputs):
    parameters = Leaves()
    loss = loss_of(parameters)
    loss.backward()
    gradients = {name: values(p.grad) for name, p in parameters.items()}
    start = {name: values(p) for name, p in parameters.items()}
    decayed = [p for p in parameters.values() if p.dim() > 1]
    others = [p for p in parameters.values() if p.dim() <= 1]
    # The key's bias has no effect, so its gradient is rounding noise; a large epsilon keeps Adam from scaling it up.
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}], lr=0.01, eps=1e-4)
    losses = []
    for _ in range(3):
        optimizer.zero_grad()
        step_loss = loss_of(parameters)
        step_loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters.values(), 0.5)
        optimizer.step()
        losses.append(step_loss.item())
    return {
        "inputs": {name: values(tensor) for name, tensor in inputs.items()},
        "loss": loss.item(),
        "parameters": start,
        "gradients": gradients,
        "adamW": {"losses": losses, "parameters": {name: values(p) for name, p in parameters.items()}},
    }


x = leaf((2, 1, 8, 8), 1.0)
labels = torch.tensor(generator.integers(0, 3, size=(2, 8, 8)))
targets = F.one_hot(labels, 3).permute(0, 3, 1, 2).double()
tokens = leaf((3, 4, 6), 1.0)
mask = torch.tensor([[1.0, 1, 1, 1], [1, 0, 1, 0], [0, 1, 0, 0]])
wanted = leaf((3, 4, 6), 1.0)

golden = {
    "source": "reference/autodiff/gradients.py",
    "versions": {"torch": torch.__version__, "numpy": numpy.__version__, "python": platform.python_version()},
    "date": datetime.date.today().isoformat(),
    "uNet": record(lambda p: dice_cross_entropy(u_net(p, "net", x, 2, 3, 3), targets), {"x": x, "targets": targets}),
    "transformer": record(
        lambda p: ((transformer_block(p, "block", tokens, mask, 2, 8) - wanted) ** 2).mean(),
        {"x": tokens, "mask": mask, "wanted": wanted},
    ),
}
image = leaf((3, 1, 12, 12), 1.0)
kinds = F.one_hot(torch.tensor(generator.integers(0, 3, size=3)), 3).double()
classified = {"x": image, "targets": kinds}
golden["cnn"] = record(lambda p: F.cross_entropy(cnn(p, image, (3, 4, 6, 8), 3), kinds), classified)
golden["depthwiseCnn"] = record(
    lambda p: F.cross_entropy(depthwise_cnn(p, image, 4, (6, 6, 8, 8), 3), kinds), classified)
assert all(math.isfinite(entry["loss"]) for entry in golden.values() if isinstance(entry, dict) and "loss" in entry)
pathlib.Path(__file__).with_name("gradients.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
