"""The peer of Pipeline.Bench's training step: VGG-16 at 64x64, batch 32, in PyTorch.

The same work: bytes to normalised floats, zero_grad, forward, cross-entropy, backward, Adam step, loss and number of right answers read back.
Reads a number of steps per line and answers with wall and processor milliseconds of each.
"""
import argparse
import sys
import time

import torch
from torch import nn

WIDTHS = (64, 64, "pool", 128, 128, "pool", 256, 256, 256, "pool", 512, 512, 512, "pool", 512, 512, 512, "pool")
HEAD = (2048, 1000, 800, 400, 200, 100)


def vgg16():
    layers, channels = [], 3
    for width in WIDTHS:
        if width == "pool":
            layers.append(nn.MaxPool2d(2, 2))
        else:
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
    layers.append(nn.Flatten())
    for inputs, outputs in zip(HEAD, HEAD[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    layers.append(nn.Linear(HEAD[-1], 10))
    network = nn.Sequential(*layers)
    for layer in network:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    assert sum(parameter.numel() for parameter in network.parameters()) == 17_986_198
    return network


def make_step(precision, foreach):
    network = vgg16()
    channels_last = precision == "bf16"
    if channels_last:
        network = network.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-4, foreach=foreach)
    pixels = torch.randint(0, 256, (32, 64, 64, 3), dtype=torch.uint8)
    labels = torch.arange(32) % 10

    def step():
        images = pixels.permute(0, 3, 1, 2).float().contiguous() * (1 / 255)
        if channels_last:
            images = images.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=channels_last):
            logits = network(images)
        logits = logits.float()
        loss = nn.functional.cross_entropy(logits, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item(), (logits.detach().argmax(1) == labels).sum().item()

    return step


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--precision", default="fp32", choices=("fp32", "bf16"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--foreach", action="store_true", help="PyTorch's list-wise Adam instead of its default, the one that loops")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(42)
    step = make_step(options.precision, options.foreach)
    print("ready", flush=True)
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            wall, processor = time.perf_counter(), time.process_time()
            step()
            times += [1e3 * (time.perf_counter() - wall), 1e3 * (time.process_time() - processor)]
        print(" ".join(f"{value:.3f}" for value in times), flush=True)


if __name__ == "__main__":
    main()
