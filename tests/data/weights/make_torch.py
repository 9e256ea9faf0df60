"""Writes the PyTorch files of TorchFileTests. Run: OMP_NUM_THREADS=1 /usr/bin/python3 make_torch.py (PyTorch 1.13.1,
Debian python3-torch).

Values follow one formula, ((7 i + seed) mod 31 - 15) / 8, so every type holds them exactly and the test needs no golden
numbers.
"""
import copy
import os
import zipfile
from collections import OrderedDict

import torch

torch.set_num_threads(1)


def ramp(shape, seed, dtype=torch.float32):
    count = int(torch.Size(shape).numel())
    return (((torch.arange(count) * 7 + seed) % 31 - 15).to(torch.float64) / 8).reshape(shape).to(dtype)


def state_dict():
    shared = ramp([4, 6], 5)
    return OrderedDict(
        [
            ("conv.weight", ramp([4, 3, 3, 3], 0)),
            ("conv.bias", torch.nn.Parameter(ramp([4], 1))),
            ("half", ramp([2, 3], 2, torch.float16)),
            ("brain", ramp([2, 3], 3, torch.bfloat16)),
            ("double", ramp([2, 3], 4, torch.float64)),
            ("shared.whole", shared),
            ("shared.transposed", shared.t()),
            ("shared.column", shared[:, 2]),
            ("shared.block", shared[1:3, 1:4]),
            ("scalar", ramp([], 6)),
            ("empty", torch.zeros([0, 3])),
            ("bn.num_batches_tracked", torch.tensor(7)),
        ]
    )


class Runs:
    def __reduce__(self):
        return os.system, ("touch /tmp/pipeline-pickle-was-run",)


def main():
    torch.save(state_dict(), "zip.pth")
    torch.save(state_dict(), "legacy.pth", _use_new_zipfile_serialization=False)
    wrapped = {
        "epoch": 3,
        "state_dict": OrderedDict(("module." + name, value) for name, value in state_dict().items()),
        "optimizer": {"lr": 0.1, "moments": [ramp([2], 8)]},
    }
    torch.save(wrapped, "wrapped.pth")
    torch.save(wrapped, "wrapped-legacy.pth", _use_new_zipfile_serialization=False)
    torch.save({"weight": Runs()}, "runs-code.pth")
    torch.save({"weight": Runs()}, "runs-code-legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(torch.nn.Linear(2, 2), "whole-module.pth")
    torch.save(OrderedDict([("weight", ramp([1], 0).expand(1000000))]), "expanded.pth")
    torch.save(OrderedDict([(f"t{index}", ramp([64, 64], 0)) for index in range(1)]), "one.pth")
    base = ramp([64, 64], 0)
    torch.save(OrderedDict([(f"t{index}", base) for index in range(200)]), "shared-200.pth")
    with zipfile.ZipFile("one.pth") as source, zipfile.ZipFile("compressed.pth", "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    torch.jit.script(torch.nn.Linear(2, 2)).save("script.pt")
    with zipfile.ZipFile("not-torch.pth", "w") as target:
        target.writestr("readme.txt", "hello")
    with zipfile.ZipFile("overlapping.pth", "w") as target:  # fifty names for one stretch of the file
        target.writestr("archive/data.pkl", b"\x80\x02}.")
        target.writestr("archive/data/0", bytes(2000))
        for index in range(1, 50):
            twin = copy.copy(target.getinfo("archive/data/0"))
            twin.filename = f"archive/data/{index}"
            target.filelist.append(twin)
    os.remove("one.pth")
    for name in ["compressed.pth", "not-torch.pth"]:
        assert os.path.getsize(name) < 10000


main()
