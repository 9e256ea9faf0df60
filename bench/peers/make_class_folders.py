"""Writes JPEG files of 256 x 192 in ten class folders: smooth colours with some noise, so that they decode like
photographs. python3 make_class_folders.py folder [count]
"""
import pathlib
import sys

import numpy as np
from PIL import Image

folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 640
random = np.random.default_rng(42)
for index in range(count):
    path = folder / f"class{index % 10}" / f"{index:05d}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    smooth = Image.fromarray(random.integers(0, 256, (12, 16, 3), dtype=np.uint8)).resize((256, 192), Image.BICUBIC)
    noisy = np.asarray(smooth).astype(np.int16) + random.integers(-8, 9, (192, 256, 3))
    Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(path, quality=90)
