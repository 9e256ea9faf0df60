"""The peer of Pipeline.Bench's training step in PyTorch, batch 32: on one resident batch, or with --images end to end
from files, augmentation included.

The same work: bytes to normalised floats, zero_grad, forward, cross-entropy, backward, Adam step, loss and number of
right answers read back; from files also decoding, resizing, and
flip, turn, shift, zoom and brightness. Reads a number of steps per line and answers with wall and processor
milliseconds of each; processor time is that of the loader's processes too.
"""
import argparse
import itertools
import os
import sys
import time

import torch
from torch import nn

from training_networks import SIZES, create

BATCH = 32


def resident(size):
    pixels = torch.randint(0, 256, (BATCH, size, size, 3), dtype=torch.uint8)
    labels = torch.arange(BATCH) % 10
    while True:
        yield pixels.permute(0, 3, 1, 2).float().contiguous() * (1 / 255), labels


def from_files(folder, size, workers):
    from torchvision import datasets, transforms

    bilinear = transforms.InterpolationMode.BILINEAR
    change = transforms.Compose(
        [
            transforms.Resize((size, size), transforms.InterpolationMode.BICUBIC),
            transforms.RandomHorizontalFlip(),
            transforms.RandomAffine(20, translate=(0.1, 0.1), scale=(0.8, 1.2), interpolation=bilinear),
            transforms.ColorJitter(brightness=0.2),
            transforms.ToTensor(),
        ]
    )
    loader = torch.utils.data.DataLoader(
        datasets.ImageFolder(folder, change),
        batch_size=BATCH,
        shuffle=True,
        drop_last=True,
        num_workers=workers,
        persistent_workers=True,
    )
    return itertools.chain.from_iterable(iter(loader) for _ in itertools.count())


def make_step(options):
    network = create(options.network, options.precision)
    channels_last = options.precision == "bf16"
    if channels_last:
        network = network.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-4, foreach=options.foreach)
    batches = (
        from_files(options.images, SIZES[options.network], options.threads)
        if options.images
        else resident(SIZES[options.network])
    )

    def step():
        images, labels = next(batches)
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


def processor_seconds():
    """Of this process and of its living children, which os.times counts only when they have ended."""
    ticks = 0
    for path in [f"/proc/{child}/stat" for child in children()]:
        with open(path) as file:
            ticks += sum(int(word) for word in file.read().rsplit(")", 1)[1].split()[11:13])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def children():
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return file.read().split()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--network", default="vgg-16", choices=tuple(SIZES))
    parser.add_argument("--precision", default="fp32", choices=("fp32", "bf16"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--images", help="folder with a folder per class: end to end instead of one resident batch")
    parser.add_argument(
        "--foreach", action="store_true", help="PyTorch's list-wise Adam instead of its default, the one that loops"
    )
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(42)
    step = make_step(options)
    print("ready", flush=True)
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            wall, processor = time.perf_counter(), processor_seconds()
            step()
            times += [1e3 * (time.perf_counter() - wall), 1e3 * (processor_seconds() - processor)]
        print(" ".join(f"{value:.3f}" for value in times), flush=True)


if __name__ == "__main__":
    main()
