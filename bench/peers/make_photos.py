"""Makes JPEG files of 640x480 or another size, quality 88, out of a folder of photographs (Debian's mate-backgrounds by
default): crops at several scales, the same files at every run.

    /usr/bin/python3 bench/peers/make_photos.py /tmp/photos 2000 [folder [1600x1200]]
"""
import pathlib
import random
import sys

from PIL import Image

WIDTH, HEIGHT = map(int, (sys.argv[4] if len(sys.argv) > 4 else "640x480").split("x"))
QUALITY = 88


def main(target, count, source):
    photographs = sorted(path for path in source.rglob("*.jpg"))
    assert photographs, f"no photographs in {source}: apt-get install mate-backgrounds, or name another folder"
    target.mkdir(parents=True, exist_ok=True)
    each = -(-count // len(photographs))
    written = 0
    for number, path in enumerate(photographs):
        with Image.open(path) as opened:
            image = opened.convert("RGB")
        chance = random.Random(number)
        for crop in range(min(each, count - written)):
            scale = chance.uniform(0.3, 1.0) * min(
                image.width / WIDTH, image.height / HEIGHT
            )  # share of the largest crop of this shape
            width, height = int(WIDTH * scale), int(HEIGHT * scale)
            left, top = chance.randint(0, image.width - width), chance.randint(0, image.height - height)
            name = target / f"{crop:04d}-{path.stem}.jpg"  # so that a stretch of the sorted list holds all photographs
            image.resize((WIDTH, HEIGHT), Image.BICUBIC, (left, top, left + width, top + height)).save(
                name, quality=QUALITY
            )
            written += 1
    size = sum(path.stat().st_size for path in target.glob("*.jpg")) / written / 1000
    print(f"{written} files of {WIDTH}x{HEIGHT} in {target}, {size:.0f} kB each")


main(
    pathlib.Path(sys.argv[1]),
    int(sys.argv[2]),
    pathlib.Path(sys.argv[3] if len(sys.argv) > 3 else "/usr/share/backgrounds/mate"),
)
