"""Golden steps of SGD, learning rates and running statistics of batch norm, in float64.

python3 -m venv venv && venv/bin/pip install torch numpy
venv/bin/python optimizers.py  ->  optimizers.json
"""
import datetime
import json
import pathlib
import platform

import numpy
import torch

torch.set_default_dtype(torch.float64)
generator = numpy.random.default_rng(31)
steps = 12


def leaf(*shape):
    # float32 first: the same numbers on both sides
    return torch.tensor(generator.normal(size=shape).astype("float32").astype("float64"))


x, wanted, weight, bias = leaf(8, 3), leaf(8, 2), leaf(3, 2), leaf(2)


def descend(options, clip_norm):
    w, b = weight.clone().requires_grad_(), bias.clone().requires_grad_()
    decay = options.pop("weight_decay", 0.0)
    # Weights decay, biases do not.
    groups = [{"params": [w], "weight_decay": decay}, {"params": [b], "weight_decay": 0.0}]
    optimizer = torch.optim.SGD(groups, lr=0.05, **options)
    losses, norms = [], []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((torch.tanh(x @ w + b) - wanted) ** 2).mean()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_([w, b], clip_norm or float("inf")).item())
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses, "norms": norms, "weight": w.detach().flatten().tolist(), "bias": b.detach().tolist()}


def rates(make, count=30):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.2)
    scheduler = make(optimizer)
    found = []
    for _ in range(count):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


def batch_norm(count=4):
    norm = torch.nn.BatchNorm2d(3)
    batches = [leaf(2, 3, 4, 5) * 2 + 1 for _ in range(count)]
    for batch in batches:
        norm(batch)
    return {
        "batches": [batch.flatten().tolist() for batch in batches],
        "mean": norm.running_mean.tolist(),
        "variance": norm.running_var.tolist(),
    }


schedulers = torch.optim.lr_scheduler
golden = {
    "source": "reference/autodiff/optimizers.py",
    "versions": {"torch": torch.__version__, "numpy": numpy.__version__, "python": platform.python_version()},
    "date": datetime.date.today().isoformat(),
    "x": x.flatten().tolist(),
    "wanted": wanted.flatten().tolist(),
    "weight": weight.flatten().tolist(),
    "bias": bias.tolist(),
    "sgd": {
        "plain": descend({}, None),
        "momentum": descend({"momentum": 0.9}, None),
        "nesterov": descend({"momentum": 0.9, "nesterov": True}, None),
        "decay": descend({"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}, 0.3),
    },
    "batchNorm": batch_norm(),
    "schedules": {
        "cosine": rates(lambda o: schedulers.CosineAnnealingLR(o, T_max=30, eta_min=0.01)),
        "polynomial": rates(lambda o: schedulers.PolynomialLR(o, total_iters=30, power=0.9)),
        "oneCycle": rates(lambda o: schedulers.OneCycleLR(o, max_lr=0.2, total_steps=31))[:30],
        "step": rates(lambda o: schedulers.StepLR(o, step_size=7, gamma=0.5)),
    },
}
pathlib.Path(__file__).with_name("optimizers.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
