#!/bin/sh
# Scoring very many files: the rate of the last tenth against that of the first, and peak memory against that of the first tenth alone.
#   bench/measure-scale.sh model.onnx photographs [files]     200,000 files by default, hard links to those in the folder photographs (a few thousand JPEGs; bench/peers/make_photos.py makes some)
# after ./build.sh --target=build; needs the Debian package time. WORK holds the links (default: pipeline-scale in the temporary folder, on the disk of the photographs). More options of score in OPTIONS.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
model=$1; photographs=$2; files=${3:-200000}
work="${WORK:-${TMPDIR:-/tmp}/pipeline-scale}"
score="dotnet $here/artifacts/bin/Pipeline.Inference.Cli/release/pipeline-score.dll"
tenth=$((files / 10))
/usr/bin/python3 - "$photographs" "$work" "$files" <<'PYTHON'
import os, pathlib, sys
photographs = sorted(path for path in pathlib.Path(sys.argv[1]).rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
work, files = pathlib.Path(sys.argv[2]), int(sys.argv[3])
assert photographs, f"no JPEG files in {sys.argv[1]}"
for name, begin, end in (("first", 0, files // 10), ("all", 0, files)):
    for index in range(begin, end):
        link = work / name / f"{index // 1000:04d}" / f"{index:07d}.jpg"
        if index % 1000 == 0:
            link.parent.mkdir(parents=True, exist_ok=True)
        if not link.exists():
            os.link(photographs[index % len(photographs)], link)
PYTHON
run() { # folder, rows: a line per tenth of the rows with its time, and the peak memory in kB
  rm -f "$work/$1.csv"*
  /usr/bin/time -f %M -o "$work/$1.peak" $score score --model "$model" "$work/$1" --output "$work/$1.csv" ${OPTIONS:-} > "$work/$1.log" 2> "$work/$1.progress" || { cat "$work/$1.progress"; exit 1; }
}
run first
echo "first tenth alone: $tenth files, peak $(($(cat "$work/first.peak") / 1024)) MB"
run all
cat "$work/all.log"
/usr/bin/python3 - "$work/all.progress" "$files" "$work" <<'PYTHON'
import re, sys
files, work = int(sys.argv[2]), sys.argv[3]
# Progress off a terminal is a line every five seconds: images done, and images per second since the start.
points = [(0.0, 0)]
for line in open(sys.argv[1]):
    found = re.match(r"(\d+)/\d+ images .*?([\d.]+) images/s", line)
    if found:
        done, rate = int(found[1]), float(found[2])
        points.append((done / rate, done))
def at(done):   # when so many were done, between two lines
    for (t0, d0), (t1, d1) in zip(points, points[1:]):
        if d0 <= done <= d1 and d1 > d0:
            return t0 + (t1 - t0) * (done - d0) / (d1 - d0)
    return points[-1][0]
assert points[-1][1] >= 0.9 * files, "too few progress lines: take more files"
end = points[-1]
first = 0.1 * files / at(0.1 * files)
last = (end[1] - 0.9 * files) / (end[0] - at(0.9 * files)) if end[1] > 0.9 * files else float("nan")
peaks = [int(open(f"{work}/{name}.peak").read()) / 1024 for name in ("first", "all")]
print(f"first tenth {first:.1f} images/s, last tenth {last:.1f} images/s: {last / first:.3f} (goal 0.95)")
print(f"peak memory: a tenth of the files {peaks[0]:.0f} MB, all {peaks[1]:.0f} MB: {peaks[1] - peaks[0]:+.0f} MB (goal at most +50)")
PYTHON
