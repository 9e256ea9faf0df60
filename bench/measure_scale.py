"""Scores very many files and prints the rate of the last tenth against that of the first, by the clock and by processor
time (which other work on the machine moves less), and how peak memory grows.

    /usr/bin/python3 bench/measure_scale.py model.onnx photographs 200000 [--work folder] [-- more options of score]

after ./build.sh --target=build. The files are hard links to the JPEGs of the folder `photographs` (a few thousand;
bench/peers/make_photos.py makes some), on the same disk: --work, by default a folder beside it.
"""
import argparse
import os
import pathlib
import re
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


def link(photographs, work, count):
    for index in range(count):
        target = work / f"{index // 1000:04d}" / f"{index:07d}.jpg"
        if index % 1000 == 0:
            target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            os.link(photographs[index % len(photographs)], target)


def sample(pid):
    """Processor seconds so far, and peak memory in MB."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    peak = re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())
    return (int(fields[11]) + int(fields[12])) / TICKS, int(peak[1]) / 1024


def score(model, folder, output, more):
    command = [
        "dotnet",
        ROOT / "artifacts/bin/Pipeline.Inference.Cli/release/pipeline-score.dll",
        "score",
        "--model",
        model,
        "--folder",
        folder,
        "--output",
        output,
        *more,
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    points = []  # files done, seconds, processor seconds, peak memory; a line of progress every five seconds
    for line in process.stderr:
        found = re.match(r"(\d+)/\d+ images", line)
        if found:
            points.append((int(found[1]), time.monotonic(), *sample(process.pid)))
        else:
            print(line, end="")
    summary = process.stdout.read()
    assert process.wait() == 0, "score failed"
    return points, summary


def between(points, done, column):
    """Value of a column when so many files were done, on the line between two samples."""
    for left, right in zip(points, points[1:]):
        if left[0] <= done <= right[0]:
            return left[column] + (right[column] - left[column]) * (done - left[0]) / max(right[0] - left[0], 1)
    raise SystemExit(f"no progress was shown around file {done}: take more files, or a slower model")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("photographs", type=pathlib.Path)
    parser.add_argument("files", type=int, nargs="?", default=200_000)
    parser.add_argument("--work", type=pathlib.Path)
    arguments, more = parser.parse_known_args()
    more = [option for option in more if option != "--"]
    work = arguments.work or arguments.photographs.with_name(arguments.photographs.name + "-scale")
    photographs = sorted(path for path in arguments.photographs.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    assert photographs, f"no JPEG files in {arguments.photographs}"
    link(photographs, work / str(arguments.files), arguments.files)
    points, summary = score(arguments.model, work / str(arguments.files), work / "predictions.csv", more)
    print(summary, end="")
    begin, end = points[0][0], points[-1][0]  # the program's start is left out
    tenth = (end - begin) // 10
    for name, column in (("by the clock", 1), ("by processor time", 2)):
        first = tenth / (between(points, begin + tenth, column) - points[0][column])
        last = tenth / (points[-1][column] - between(points, end - tenth, column))
        print(
            f"{name}: first tenth {first:.1f} images/s, last tenth {last:.1f} images/s: {last / first:.3f} (goal 0.95)"
        )
    early, late = between(points, begin + tenth, 3), points[-1][3]
    growth = f"{late - early:+.0f} MB (goal at most +50)"
    print(f"peak memory: after a tenth {early:.0f} MB, at the end {late:.0f} MB: {growth}")


main()
