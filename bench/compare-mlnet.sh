#!/bin/sh
# Scoring photographs in an ML.NET pipeline, in turns: our transformer, our own API on the same files,
# ML.NET's own chain of steps, and its ApplyOnnxModel on tensors that our code prepares; from files and from memory.
#   bench/compare-mlnet.sh mobilenet-v2|resnet-50 [images [rounds]]      THREADS=2 by default
# Needs mate-backgrounds of Debian. Photographs and models are those of compare-folder-scoring.sh, made once in $WORK
# (default: pipeline-scoring in the temporary folder); SIZE=1600x1200 makes and takes larger photographs.
set -eu
cd "$(dirname "$0")/.."
network="$1"; shift
threads="${THREADS:-2}"
work="${WORK:-${TMPDIR:-/tmp}/pipeline-scoring}"
photographs="$work/photographs${SIZE:+-$SIZE}"
dotnet build bench/Pipeline.MLNet.Bench -c Release -v q --nologo >&2
python="${PYTHON:-/usr/bin/python3}"
[ -d "$photographs" ] ||
  { "$python" bench/peers/make_photos.py "$work/making" 2000 /usr/share/backgrounds/mate "${SIZE:-640x480}" &&
    mv "$work/making" "$photographs"; }
if [ ! -f "$work/models/resnet-50.float32.onnx" ]; then
  dotnet build bench/Pipeline.Bench -c Release -v q --nologo >&2
  dotnet artifacts/bin/Pipeline.Bench/release/Pipeline.Bench.dll scoring-models "$work/models" "$threads"
fi
exec dotnet artifacts/bin/Pipeline.MLNet.Bench/release/Pipeline.MLNet.Bench.dll \
  "$work/models/$network.onnx" "$photographs" "$threads" "$@"
