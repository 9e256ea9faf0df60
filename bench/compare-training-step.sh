#!/bin/sh
# VGG-16 at 64x64, batch 32: one training step here and in PyTorch on the same libtorch (Debian's python3-torch), in turns.
#   bench/compare-training-step.sh [--rounds 8] [--pieces 2]      THREADS=2 PRECISIONS="fp32 bf16" by default
set -eu
cd "$(dirname "$0")/.."
threads="${THREADS:-2}"
python="${PYTHON:-/usr/bin/python3}"
"$python" -c 'import torch' || { echo "PyTorch is missing: apt-get install python3-torch, or set PYTHON." >&2; exit 2; }
dotnet build bench/Pipeline.Bench -c Release -v q --nologo >&2
set -- "$@" --
for precision in ${PRECISIONS:-fp32 bf16}; do
  set -- "$@" "pytorch $precision=exec $python bench/peers/training_step.py --precision $precision --threads $threads"
  set -- "$@" "pipeline $precision=exec dotnet artifacts/bin/Pipeline.Bench/release/Pipeline.Bench.dll serve-training-step $precision $threads"
done
echo "threads: $threads; $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1); torch $("$python" -c 'import torch; print(torch.__version__)')"
exec "$python" bench/peers/compare_in_turns.py "$@"
