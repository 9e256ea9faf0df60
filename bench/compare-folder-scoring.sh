#!/bin/sh
# Scoring photographs from file to label, in turns: ours in float32 and int8, a loop that scores row by row, Node
# (onnxruntime-node and sharp), Python (torchvision and PIL), and our two parts alone.
#   bench/compare-folder-scoring.sh mobilenet-v2|resnet-50 [--rounds 10] [--pieces 200]      THREADS=2 by default
# Our models shrink a JPEG while loading as sharp does (shrink_on_load: fast), but for "many fine", which has the
# default; Python decodes whole.
# Needs python3-torchvision and mate-backgrounds of Debian. Photographs and models are made once, in $WORK (default:
# pipeline-scoring in the temporary folder).
set -eu
cd "$(dirname "$0")/.."
network="$1"; shift
threads="${THREADS:-2}"
python="${PYTHON:-/usr/bin/python3}"
work="${WORK:-${TMPDIR:-/tmp}/pipeline-scoring}"
bench="dotnet artifacts/bin/Pipeline.Bench/release/Pipeline.Bench.dll"
"$python" -c 'import torchvision, PIL' ||
  { echo "torchvision is missing: apt-get install python3-torchvision, or set PYTHON." >&2; exit 2; }
dotnet build bench/Pipeline.Bench -c Release -v q --nologo >&2
[ -d build/npm/bench/node_modules ] || (cd build/npm/bench && npm ci)
[ -d "$work/photographs" ] ||
  { "$python" bench/peers/make_photos.py "$work/making" 2000 && mv "$work/making" "$work/photographs"; }
[ -f "$work/models/resnet-50.int8.onnx" ] || $bench scoring-models "$work/models" "$threads"
model="$work/models/$network"
peer=$(echo "$network" | tr - _ | sed s/resnet_50/resnet50/)
set -- --pieces 200 --warm-up 64 --unit image "$@"
for kind in many pipeline row-by-row decode session; do
  set -- "$@" "$kind=exec $bench serve-scoring $kind $model.onnx $work/photographs $threads"
done
set -- "$@" "many fine=exec $bench serve-scoring many $model.fine.onnx $work/photographs $threads"
set -- "$@" "many int8=exec $bench serve-scoring many $model.int8.onnx $work/photographs $threads"
set -- "$@" "session int8=exec $bench serve-scoring session $model.int8.onnx $work/photographs $threads"
set -- "$@" "node=exec node bench/peers/score_folder.mjs $model.onnx $work/photographs $threads"
set -- "$@" "python=exec $python bench/peers/score_folder.py $peer $work/photographs $threads"
processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)
torch=$("$python" -c 'import torch; print(torch.__version__)')
echo "$network, threads: $threads; $processor; node $(node --version); torch $torch"
exec "$python" bench/peers/compare_in_turns.py "$@"
