#!/usr/bin/env python3
"""Logits and gradients of torchvision's networks: logits.json and gradients.json.

Debian 12: python3-torch 1.13.1, python3-torchvision 0.14.1 (nothing is downloaded).
    OMP_NUM_THREADS=1 python3 make_torchvision.py              both files
    OMP_NUM_THREADS=1 python3 make_torchvision.py gradients    one of them

Weights and images are not stored: both sides compute them from the same integer formula.
For the value with index i of a tensor whose key has the 32-bit FNV-1a hash h (UTF-8):
    x = i * 0x9E3779B1 + h            (all in uint32)
    x ^= x >> 16; x *= 0x85EBCA6B; x ^= x >> 13; x *= 0xC2B2AE35; x ^= x >> 16
    u = x / 2^32 in double, in [0, 1)
and then, rounded to float32:
    kernel, matrix         (2u - 1) sqrt(6 / fan in), fan in = product of all sizes but the first
    norm weight            (0.75 + 0.5 u) gain; the gain of a network (stored) keeps its activations neither vanishing
    nor exploding, so that an error anywhere reaches the logits
    norm bias, other bias  (2u - 1) / 10
    running_mean           (2u - 1) / 10
    running_var            0.75 + 0.5 u
    layer_scale            0.25 + 0.5 u
    image n                (4u - 2) (1 + 2n) / 3 + n - 1/2, key "image", index over all images; they differ in
                           contrast and brightness as well as in noise
"""
import json
import sys

import numpy as np
import torch
import torchvision

STRIDE = 10  # every tenth logit is stored
GAINS = {
    "efficientnet-b0": 1.15,
    "resnet-18": 0.65,
    "resnet-34": 0.65,
    "resnet-50": 0.65,
    "resnet-101": 0.65,
    "resnet-152": 0.65,
}  # 1 where not named

LOGITS = {
    "convnext-tiny": ("convnext_tiny", 64),
    "densenet-121": ("densenet121", 64),
    "efficientnet-b0": ("efficientnet_b0", 64),
    "inception-v3-torchvision": ("inception_v3", 107),
    "mobilenet-v2-torchvision": ("mobilenet_v2", 64),
    "mobilenet-v3-large": ("mobilenet_v3_large", 64),
    "mobilenet-v3-small": ("mobilenet_v3_small", 64),
    "resnet-18": ("resnet18", 64),
    "resnet-34": ("resnet34", 64),
    "resnet-50": ("resnet50", 64),
    "resnet-101": ("resnet101", 64),
    "resnet-152": ("resnet152", 64),
    "vgg-11": ("vgg11", 64),
    "vgg-11-bn": ("vgg11_bn", 64),
    "vgg-13": ("vgg13", 64),
    "vgg-13-bn": ("vgg13_bn", 64),
    "vgg-16": ("vgg16", 64),
    "vgg-16-bn": ("vgg16_bn", 64),
    "vgg-19": ("vgg19", 64),
    "vgg-19-bn": ("vgg19_bn", 96),
}
GRADIENTS = {
    "inception-v3-torchvision": 139,
    "mobilenet-v2-torchvision": 96,
    "resnet-18": 96,
    "vgg-16-bn": 64,
}  # at least 3x3 in the last map, for the batch statistics
CLASSES = [3, 777, 64, 512]


def uniform(key, count):
    h = 0x811C9DC5
    for byte in key.encode():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    with np.errstate(over="ignore"):
        x = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B1) + np.uint32(h)
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x85EBCA6B)
        x ^= x >> np.uint32(13)
        x *= np.uint32(0xC2B2AE35)
        x ^= x >> np.uint32(16)
    return x.astype(np.float64) / 2.0**32


def value(key, tensor, gain):
    u = uniform(key, tensor.numel())
    if key.endswith("running_var"):
        v = 0.75 + 0.5 * u
    elif key.endswith("weight") and tensor.dim() == 1:
        v = (0.75 + 0.5 * u) * gain
    elif key.endswith("layer_scale"):
        v = 0.25 + 0.5 * u
    elif key.endswith("running_mean") or key.endswith("bias"):
        v = (2 * u - 1) / 10
    else:
        fan_in = tensor.numel() // tensor.shape[0]
        v = (2 * u - 1) * np.sqrt(6 / fan_in)
    return torch.from_numpy(v.astype(np.float32)).reshape(tensor.shape)


def build(entry):
    name = LOGITS[entry][0]
    arguments = {"aux_logits": False, "init_weights": False} if name == "inception_v3" else {}
    model = getattr(torchvision.models, name)(weights=None, **arguments)
    state = {
        key: tensor if key.endswith("num_batches_tracked") else value(key, tensor, GAINS.get(entry, 1))
        for key, tensor in model.state_dict().items()
    }
    model.load_state_dict(state)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return model.eval()


def images(count, side):
    u = uniform("image", count * 3 * side * side).reshape(count, 3, side, side)
    n = np.arange(count, dtype=np.float64).reshape(count, 1, 1, 1)
    return torch.from_numpy(((4 * u - 2) * (1 + 2 * n) / 3 + n - 0.5).astype(np.float32))


def number(x, digits=9):
    return float(f"{float(x):.{digits}g}")


def logits():
    result = {}
    for entry, (_, side) in LOGITS.items():
        with torch.no_grad():
            model = build(entry)
            scores = model(images(2, side))
        largest = scores.abs().max().item()
        between = (scores[0] - scores[1]).abs().max().item()
        count = sum(p.numel() for p in model.parameters())
        print(
            f"{entry:28} side {side:4} largest {largest:10.4g} between images {between:10.4g} parameters {count}",
            flush=True,
        )
        assert 0.1 < largest < 1e4 and between > 0.1 * largest, entry  # sensible size, and it matters what the image is
        result[entry] = {
            "side": side,
            "gain": GAINS.get(entry, 1),
            "largest": number(largest),
            "logits": [[number(x) for x in row[::STRIDE]] for row in scores],
        }
    return result


def gradients():
    """One step in training mode (batch statistics, no dropout), cross-entropy on four classes.

    In float64, from the float32 weights and images: thousands of activations lie within float32's rounding of a kink of
    ReLU or ReLU6, where the gradient jumps, so in float32 the
    result depends on the order in which a processor's kernels add. In float64 none lies that near, and every order
    gives the same digits.
    """
    result = {}
    for entry, side in GRADIENTS.items():
        model = build(entry).double()
        model.train()
        loss = torch.nn.functional.cross_entropy(model(images(4, side).double()), torch.tensor(CLASSES))
        loss.backward()
        tensors = {}
        for key, parameter in model.named_parameters():
            flat = parameter.grad.flatten()
            places = [0, flat.numel() // 3, flat.numel() - 1]
            tensors[key] = [number(x, 12) for x in [flat.norm(), *flat[places]]]
        norms = [values[0] for values in tensors.values()]
        print(f"{entry:28} loss {loss.item():.6g} norms {min(norms):.3g} to {max(norms):.3g}", flush=True)
        result[entry] = {"side": side, "gain": GAINS.get(entry, 1), "loss": number(loss, 12), "gradients": tensors}
    return result


def write(path, content):
    lines = [json.dumps(name) + ": " + json.dumps(value) for name, value in content.items()]
    with open(path, "w") as file:
        file.write("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, make in {"logits": logits, "gradients": gradients}.items():
        if name in (sys.argv[1:] or [name]):
            write(f"{name}.json", make())
