"""PyTorch's side of bench:segmentation: the U-Net of a network.onnx on windows, forward alone.

bench_segmentation.py NETWORK.onnx WINDOWS.f32 SIZE LOGITS.f32 BATCH THREADS ROUNDS prints JSON:
{"ms": {layout: [a round each, all windows]}, "cpu_ms": the same of all threads, "versions": {...}} and writes the logits of the last round.
Needs torch, onnx (to read the weights) and numpy.
"""

import json
import sys
import time

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

network, windows, size, out, batch, threads, rounds = sys.argv[1:8]
size, batch = int(size), int(batch)
torch.set_num_threads(int(threads))

weights = {
    tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy())
    for tensor in onnx.load(network).graph.initializer
    if tensor.name.startswith("unet.")
}
levels = sum(name.startswith("unet.down") and name.endswith("conv1.weight") for name in weights)
head = [weights[name] for name in sorted(weights) if ".head." in name]


def block(name, x, stride=1):
    for part, step in ((1, stride), (2, 1)):
        x = F.conv2d(x, weights[f"unet.{name}.conv{part}.weight"], stride=step, padding=1)
        scale, shift = (weights[f"unet.{name}.norm{part}.{kind}"] for kind in ("scale", "shift"))
        x = F.relu(F.instance_norm(x, weight=scale, bias=shift, eps=1e-5), inplace=True)
    return x


def forward(x):
    down = []
    for level in range(levels):
        x = block(f"down{level}", x, 1 if level == 0 else 2)
        down.append(x)
    for level in range(levels - 2, -1, -1):
        x = F.interpolate(x, scale_factor=2, mode="nearest")
        x = block(f"up{level}", torch.cat([x, down[level]], 1))
    weight = next(tensor for tensor in head if tensor.ndim == 4)
    bias = next((tensor for tensor in head if tensor.ndim == 1), None)
    return F.conv2d(x, weight, bias)


images = torch.from_numpy(np.fromfile(windows, dtype="<f4").reshape(-1, 1, size, size))
times = {"contiguous": [], "channels_last": []}
cpu_times = {layout: [] for layout in times}
with torch.inference_mode():
    for layout, taken in times.items():
        shown = images.contiguous(memory_format=torch.channels_last) if layout == "channels_last" else images
        forward(shown[:batch])
        for _ in range(int(rounds)):
            began, cpu_began = time.perf_counter(), time.process_time()
            logits = torch.cat([forward(shown[at : at + batch]) for at in range(0, len(shown), batch)])
            taken.append(1000 * (time.perf_counter() - began))
            cpu_times[layout].append(1000 * (time.process_time() - cpu_began))
logits.contiguous().numpy().astype("<f4").tofile(out)
versions = {"torch": torch.__version__, "onnx": onnx.__version__}
print(json.dumps({"ms": times, "cpu_ms": cpu_times, "versions": versions}))
