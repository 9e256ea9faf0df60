#!/bin/sh
# One training step here and in PyTorch on the same libtorch (Debian's python3-torch), batch 32, in turns.
#   bench/compare-training-step.sh [--rounds 8] [--pieces 2]
#   NETWORK=vgg-16 (64x64), resnet-18 (64x64) or mobilenet-v2-torchvision (96x96); THREADS=2; PRECISIONS="fp32 bf16"
#   IMAGES=folder: end to end, decoding and augmentation included (a folder per class; bench/peers/make_class_folders.py
# makes one). Take --pieces 20 or more then.
set -eu
cd "$(dirname "$0")/.."
threads="${THREADS:-2}"
network="${NETWORK:-vgg-16}"
python="${PYTHON:-/usr/bin/python3}"
"$python" -c 'import torch, torchvision' ||
  { echo "PyTorch is missing: apt-get install python3-torch python3-torchvision, or set PYTHON." >&2; exit 2; }
[ -n "${SKIP_BUILD:-}" ] || dotnet build bench/Pipeline.Bench -c Release -v q --nologo >&2
set -- "$@" --
for precision in ${PRECISIONS:-fp32 bf16}; do
  peer="$python bench/peers/training_step.py --network $network --precision $precision --threads $threads"
  ours="dotnet artifacts/bin/Pipeline.Bench/release/Pipeline.Bench.dll serve-training-step"
  set -- "$@" "pytorch $precision=exec $peer ${IMAGES:+--images $IMAGES}"
  set -- "$@" "pipeline $precision=exec $ours $network $precision $threads ${IMAGES:-}"
done
processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)
torch=$("$python" -c 'import torch; print(torch.__version__)')
echo "$network${IMAGES:+ from files, augmented}, threads: $threads; $processor; torch $torch"
exec "$python" bench/peers/compare_in_turns.py "$@"
