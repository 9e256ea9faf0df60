"""Draws terminal.svg: the end of a real run of the default recipe, from its log, with Debian's python3-rich.

  ./build.sh --set=seed=1 > run.log && python3 make_terminal.py run.log "./build.sh --set=seed=1"
"""
import pathlib
import re
import sys

from rich.console import Console
from rich.text import Text

WIDTH = 150


def main():
    log = pathlib.Path(sys.argv[1]).read_text().splitlines()
    start = next(number for number, line in enumerate(log) if line.startswith("fine-tuned:"))
    console = Console(record=True, width=WIDTH, file=open("/dev/null", "w"))
    console.print(Text(f"$ {sys.argv[2]}", style="bold"))
    console.print(Text("..."))
    for line in log[start:]:
        if re.match(r"  epoch \d+  ", line):
            continue  # a step on its way
        style = (
            "bold" if line.startswith("fine-tuned") or "published" in line else "green" if "gate passed" in line else ""
        )
        console.print(Text(line, style=style))
    svg = console.export_svg(title="Pipeline")
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.S)  # no fonts from other people's servers
    svg = svg.replace("Fira Code", "DejaVu Sans Mono")
    pathlib.Path(__file__).with_name("terminal.svg").write_text(svg)


main()
