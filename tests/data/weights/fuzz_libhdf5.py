"""What libhdf5 does with damaged files (ADR 4). Run: /usr/bin/python3 fuzz_libhdf5.py 5000 (h5py 3.7.0 on HDF5 1.10.8).

Each file is read in a process of its own: exit 0 read, 1 refused, 2 out of memory (4 GiB), else a signal.
"""
import collections
import os
import random
import resource
import signal
import sys
import tempfile

import h5py

FOLDER = os.path.dirname(os.path.abspath(__file__))
ORIGINALS = [
    open(os.path.join(FOLDER, name), "rb").read() for name in ("plain.h5", "packed.h5", "latest.h5", "keras2.h5")
]
TARGET = os.path.join(tempfile.mkdtemp(), "damaged.h5")


def mutate(random_source):
    data = bytearray(random_source.choice(ORIGINALS))
    for _ in range(random_source.randint(1, 8)):
        if not data:
            break
        place = random_source.randrange(len(data))
        kind = random_source.randrange(6)
        length = min(random_source.randint(1, 16), len(data) - place)
        if kind == 0:
            data[place] ^= 1 << random_source.randrange(8)
        elif kind == 1:
            data[place] = random_source.randrange(256)
        elif kind == 2:
            data[place] = random_source.choice((255, 127))
        elif kind == 3:
            data[place : place + 8] = bytes(random_source.choice((0, 255)) for _ in range(min(8, len(data) - place)))
        elif kind == 4:
            del data[place : place + length]
        else:
            data[place:place] = data[place : place + length]
    return bytes(data)


def read():
    def visit(_, item):
        if isinstance(item, h5py.Dataset):
            item[()]

    with h5py.File(TARGET, "r") as file:
        file.visititems(visit)


def main():
    results = collections.Counter()
    for seed in range(int(sys.argv[1])):
        with open(TARGET, "wb") as file:
            file.write(mutate(random.Random(seed)))
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            signal.alarm(10)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            try:
                read()
                os._exit(0)
            except MemoryError:
                os._exit(2)
            except BaseException:
                os._exit(1)
        status = os.waitpid(child, 0)[1]
        results[f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"exit {os.WEXITSTATUS(status)}"] += 1
    print(dict(results))


main()
