"""PyTorch's side of `npm run bench:autodiff`: answers the requests of libs/autodiff/bench/protocol.ts.

python3 -m venv venv && venv/bin/pip install torch numpy
npm run bench:autodiff -- --python venv/bin/python

The networks are written as a PyTorch user would: modules, scaled_dot_product_attention with query, key and
value in one product, class indices in the cross-entropy, AdamW with one fused kernel.
"""
import gc
import json
import platform
import sys
import time

import numpy
import torch
import torch.nn.functional as F
from torch import nn


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [1, 16, 32, 64, 128]
        for place in range(4):
            stride = 1 if place == 0 else 2
            setattr(self, f"conv{place}", nn.Conv2d(widths[place], widths[place + 1], 3, stride, 1))
        self.head = nn.Linear(128, 5)

    def forward(self, x):
        for place in range(4):
            x = F.relu(getattr(self, f"conv{place}")(x))
        return self.head(x.mean((2, 3)))


class DepthwiseCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 32, 3, 2, 1)
        widths = [32, 64, 64, 128, 128]
        for place, (inputs, channels) in enumerate(zip(widths, widths[1:])):
            depthwise = nn.Conv2d(inputs, inputs, 3, 1 + place % 2, 1, groups=inputs)
            setattr(self, f"depthwise{place}", depthwise)
            setattr(self, f"pointwise{place}", nn.Conv2d(inputs, channels, 1))
        self.head = nn.Linear(128, 5)

    def forward(self, x):
        x = F.relu(self.stem(x))
        for place in range(4):
            x = F.relu(getattr(self, f"depthwise{place}")(x))
            x = F.relu(getattr(self, f"pointwise{place}")(x))
        return self.head(x.mean((2, 3)))


class Block(nn.Module):
    def __init__(self, inputs, channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride, 1, bias=False)
        self.norm1 = nn.InstanceNorm2d(channels, affine=True)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norm2 = nn.InstanceNorm2d(channels, affine=True)

    def forward(self, x):
        return F.relu(self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x))))))


class UNet(nn.Module):
    def __init__(self, base=16, levels=4, classes=4):
        super().__init__()
        self.levels = levels
        for level in range(levels):
            inputs = 1 if level == 0 else base * 2 ** (level - 1)
            setattr(self, f"down{level}", Block(inputs, base * 2**level, 1 if level == 0 else 2))
        for level in range(levels - 1):
            setattr(self, f"up{level}", Block(base * 2**level * 3, base * 2**level))
        self.head = nn.Conv2d(base, classes, 1)

    def forward(self, x):
        down = []
        for level in range(self.levels):
            down.append(x := getattr(self, f"down{level}")(x))
        for level in reversed(range(self.levels - 1)):
            x = torch.cat([F.interpolate(x, scale_factor=2, mode="nearest"), down[level]], 1)
            x = getattr(self, f"up{level}")(x)
        return self.head(x)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.qkv, self.out = heads, nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x, mask):
        n, k, d = x.shape
        q, key, v = self.qkv(x).view(n, k, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, key, v, attn_mask=mask)
        return self.out(mixed.transpose(1, 2).reshape(n, k, d))


class TransformerBlock(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.mlp1, self.mlp2 = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x, mask):
        x = x + self.attention(self.norm1(x), mask)
        return x + self.mlp2(F.gelu(self.mlp1(self.norm2(x))))


class Transformer(nn.Module):
    def __init__(self, width=128):
        super().__init__()
        for place in range(4):
            setattr(self, f"block{place}", TransformerBlock(width, 8, 256))
        self.head = nn.Linear(width, 1)

    def forward(self, x, mask):
        allowed = mask[:, None, None, :].bool()
        for place in range(4):
            x = getattr(self, f"block{place}")(x, allowed)
        pooled = (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return self.head(pooled)


def classes_of(targets):
    return targets.argmax(1)


def dice_cross_entropy(logits, targets, classes):
    p = torch.softmax(logits, 1)
    dice = (2 * (p * targets).sum((0, 2, 3)) + 1) / (p.sum((0, 2, 3)) + targets.sum((0, 2, 3)) + 1)
    return 1 - dice[1:].mean() + F.cross_entropy(logits, classes)


def image_loss(model, batch):
    return F.cross_entropy(model(batch["x"]), batch["classes"])


def u_net_loss(model, batch):
    return dice_cross_entropy(model(batch["x"]), batch["targets"], batch["classes"])


def token_loss(model, batch):
    return F.binary_cross_entropy_with_logits(model(batch["x"], batch["mask"]), batch["targets"])


NETWORKS = {
    "cnn": (CNN, image_loss),
    "u-net": (UNet, u_net_loss),
    "transformer": (Transformer, token_loss),
    "depthwise": (DepthwiseCNN, image_loss),
}


def read_tensors(file):
    values = numpy.fromfile(file, "<f4")
    with open(f"{file}.json") as index:
        for entry in json.load(index):
            size = int(numpy.prod(entry["shape"]))
            part = values[entry["offset"]:entry["offset"] + size].reshape(entry["shape"])
            yield entry["kind"], entry["name"], torch.from_numpy(part.copy())


def load(model, weights):
    """Our weights [in, out] are PyTorch's [out, in]; our query, key and value are its rows one under another."""
    own = dict(model.named_parameters())
    linear = {name for name, module in model.named_modules() if isinstance(module, nn.Linear)}
    joined = {}
    for name, value in weights.items():
        name = name.removeprefix("net.")
        module, leaf = name.rsplit(".", 1)
        leaf = {"scale": "weight", "shift": "bias"}.get(leaf, leaf)
        parent, _, part = module.rpartition(".")
        if part in ("query", "key", "value"):
            module = f"{parent}.qkv"
        if module in linear and leaf == "weight":
            value = value.t()
        joined.setdefault(f"{module}.{leaf}", []).append(value)
    assert joined.keys() == own.keys(), joined.keys() ^ own.keys()
    with torch.no_grad():
        for name, parts in joined.items():
            own[name].copy_(torch.cat(parts))


class Variant:
    """One network with its optimizer: in one memory layout, or in the ordinary one after torch.compile."""

    def __init__(self, network, weights, inputs, layout):
        make, self.loss = NETWORKS[network]
        self.model = make()
        load(self.model, weights)
        self.batch = dict(inputs)
        if network != "transformer":
            self.batch["classes"] = classes_of(inputs["targets"])
        if layout == "channels_last":
            self.model = self.model.to(memory_format=torch.channels_last)
            self.batch = {name: value.to(memory_format=torch.channels_last) if value.dim() == 4 else value
                          for name, value in self.batch.items()}
        if layout == "compiled":
            self.model.compile()
        parameters = list(self.model.parameters())
        self.optimizer = torch.optim.AdamW(
            [{"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.01},
             {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0}], lr=1e-3, fused=True)

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(self.model, self.batch)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def forward(self):
        with torch.inference_mode():
            return self.model(*[self.batch[name] for name in ("x", "mask") if name in self.batch])


def timed(call, times):
    ms, results = [], []
    for _ in range(times):
        began = time.perf_counter()
        results.append(call())
        ms.append((time.perf_counter() - began) * 1000)
    return ms, results


def memory():
    with open("/proc/self/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    mebibytes = {name: int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM")}
    return {"nowMiB": mebibytes["VmRSS"], "peakMiB": mebibytes["VmHWM"]}


def build(request):
    torch.set_num_threads(request["threads"])
    weights, inputs = {}, {}
    for kind, name, value in read_tensors(request["file"]):
        (weights if kind == "parameter" else inputs)[name] = value
    layouts = ["contiguous"] if request["network"] == "transformer" else ["contiguous", "channels_last"]
    wanted = request.get("variants", layouts + (["compiled"] if request.get("compile") else []))
    return {name: Variant(request["network"], weights, inputs, name) for name in wanted}


def main():
    variants = {}
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "build":
            variants.clear()
            gc.collect()
            variants = build(request)
            answer = {"variants": list(variants),
                      "versions": {"torch": torch.__version__, "python": platform.python_version()}}
        elif request["do"] == "memory":
            answer = memory()
        elif request["do"] == "train":
            ms, losses = timed(variants[request["variant"]].step, request["times"])
            answer = {"ms": ms, "losses": losses}
        else:
            ms, _ = timed(variants[request["variant"]].forward, request["times"])
            answer = {"ms": ms, "losses": []}
        print(json.dumps(answer), flush=True)


main()
