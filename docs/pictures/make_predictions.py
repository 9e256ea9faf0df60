"""Draws predictions.jpg: test images of a finished run with the label that its model gave and the probability.

  ./build.sh && python3 docs/pictures/make_predictions.py artifacts/cats-dogs-cifar/latest docs/pictures/predictions.jpg

Needs Debian's python3-pil. The images are evenly spaced over the test part, none is picked by hand.
"""
import csv
import json
import pathlib
import sys

from PIL import Image, ImageDraw, ImageFont

COLUMNS, ROWS, SIDE, TEXT, GAP = 10, 3, 88, 20, 6
RIGHT, WRONG = (24, 110, 58), (178, 36, 36)
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def main():
    run, target = map(pathlib.Path, sys.argv[1:3])
    root = pathlib.Path(json.loads((run / "run.json").read_text())["dataRoot"])
    rows = list(csv.DictReader((run / "predictions.csv").open()))
    step = len(rows) / (COLUMNS * ROWS)
    font = ImageFont.truetype(FONT, 13)
    size = (COLUMNS * (SIDE + GAP) + GAP, ROWS * (SIDE + TEXT + GAP) + GAP)
    sheet = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(sheet)
    for place in range(COLUMNS * ROWS):
        row = rows[int((place + 0.5) * step)]
        left = GAP + (place % COLUMNS) * (SIDE + GAP)
        top = GAP + (place // COLUMNS) * (SIDE + TEXT + GAP)
        image = Image.open(root / row["path"]).convert("RGB").resize((SIDE, SIDE), Image.BICUBIC)
        sheet.paste(image, (left, top))
        color = RIGHT if row["label"] == row["true_label"] else WRONG
        draw.text((left, top + SIDE + 2), f"{row['label']} {float(row['probability']):.0%}", color, font)
    sheet.save(target, quality=88)


main()
