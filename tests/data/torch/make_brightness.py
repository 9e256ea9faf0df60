"""Writes brightness.json: what Pillow's ImageEnhance.Brightness makes of each level, which is what Keras's
brightness_range does.

Made with Debian's Pillow 9.4.0. Run by hand; the tests only read the file.
"""
import json
import pathlib

from PIL import Image, ImageEnhance

FACTORS = (0.0, 0.1, 0.35, 0.5, 0.7, 0.9, 1.1, 1.5, 2.3)


def main():
    ramp = Image.new("RGB", (256, 1))
    ramp.putdata([(level, level, level) for level in range(256)])
    levels = {
        str(factor): [pixel[0] for pixel in ImageEnhance.Brightness(ramp).enhance(factor).getdata()]
        for factor in FACTORS
    }
    lines = [f"  {json.dumps(factor)}: {json.dumps(values)}" for factor, values in levels.items()]
    text = '{"pillow": "' + Image.__version__ + '", "levels": {\n' + ",\n".join(lines) + "\n}}\n"
    pathlib.Path(__file__).with_name("brightness.json").write_text(text)


main()
