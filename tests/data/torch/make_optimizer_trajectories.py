"""Writes optimizer_trajectories.json: where PyTorch's optimizers take a small regression in 50 steps, for the options
that recipes offer.

Made with Debian's PyTorch 1.13.1 (which calls itself 1.13.0a0), in float64: a step of Adam or RMSprop divides by the
root of a mean square, which in float32 makes the path depend on the
order in which a processor's kernels add. Run by hand when a case is added; the tests only read the file.
"""
import json
import pathlib

import torch

STEPS = (1, 2, 10, 50)
CASES = [
    ("sgd", "SGD", {"lr": 0.01}),
    ("sgd-decay", "SGD", {"lr": 0.01, "weight_decay": 0.1}),
    ("sgd-momentum", "SGD", {"lr": 0.01, "momentum": 0.9}),
    ("sgd-nesterov", "SGD", {"lr": 0.01, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    ("adam", "Adam", {"lr": 0.05}),
    ("adam-epsilon", "Adam", {"lr": 0.05, "eps": 0.01}),
    ("adam-l2", "Adam", {"lr": 0.05, "weight_decay": 0.1}),
    ("adamw", "AdamW", {"lr": 0.05, "eps": 0.001, "weight_decay": 0.1}),
    ("rmsprop", "RMSprop", {"lr": 0.01, "alpha": 0.9, "eps": 1e-7}),
    ("rmsprop-momentum", "RMSprop", {"lr": 0.005, "alpha": 0.99, "eps": 0.001, "momentum": 0.9, "weight_decay": 0.01}),
]


def flat(tensors):
    return [value for tensor in tensors for value in tensor.detach().flatten().tolist()]


def trajectory(kind, options, inputs, targets, start_weight, start_bias):
    weight = start_weight.clone().requires_grad_()
    bias = start_bias.clone().requires_grad_()
    groups = [{"params": [weight]}, {"params": [bias], "weight_decay": 0}]  # biases do not decay
    optimizer = getattr(torch.optim, kind)(groups, **options)
    points = {}
    for step in range(1, max(STEPS) + 1):
        optimizer.zero_grad()
        loss = ((inputs @ weight + bias - targets) ** 2).mean()
        loss.backward()
        optimizer.step()
        if step in STEPS:
            points[str(step)] = flat([weight, bias])
    return points


def main():
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(7)
    inputs, targets = torch.randn(8, 3), torch.randn(8, 2)
    weight, bias = torch.randn(3, 2), torch.randn(2)
    cases = [
        {"name": name, "points": trajectory(kind, options, inputs, targets, weight, bias)}
        for name, kind, options in CASES
    ]
    document = {
        "torch": torch.__version__,
        "inputs": flat([inputs]),
        "targets": flat([targets]),
        "weight": flat([weight]),
        "bias": flat([bias]),
        "cases": cases,
    }
    path = pathlib.Path(__file__).with_name("optimizer_trajectories.json")
    path.write_text(json.dumps(document, indent=1) + "\n")


main()
