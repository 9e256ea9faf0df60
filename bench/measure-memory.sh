#!/bin/sh
# Peak memory of training and of scoring, with 2,000 and with 50,000 images: it must not grow with their number.
#   bench/measure-memory.sh [folder for the runs]          after ./build.sh --target=build; needs the Debian package
# time
set -eu
cd "$(dirname "$0")/.."
export PIPELINE_CACHE="${PIPELINE_CACHE:-$PWD/artifacts/cache}"
out=${1:-artifacts/memory-runs}
train=artifacts/bin/Pipeline.Trainer.Cli/release/pipeline-train.dll
score=artifacts/bin/Pipeline.Inference.Cli/release/pipeline-score.dll
peak() {
  /usr/bin/time -f '%M' -o "$out/peak" "$@" > "$out/log" 2>&1 || { cat "$out/log"; exit 1; }
  awk '{ printf "%.0f MB", $1 / 1024 }' "$out/peak"
}
mkdir -p "$out"
for sizes in "180 20 20" "4500 500 1000"; do
  set -- $sizes
  images=$((10 * ($1 + $2)))
  printf '%6d images: train %s' "$images" "$(peak dotnet $train train --recipe bench/memory.yaml \
    --artifacts "$out" --force --set "threads=${THREADS:-2}" \
    --set "data.split.train=$1" --set "data.split.validation=$2" --set "data.split.test=$3")"
  data=$PIPELINE_CACHE/data/cifar-10-airplane-automobile-bird-cat-deer-dog-frog-horse-ship-truck-$1-$2-$3
  printf ', score %s\n' "$(peak dotnet $score score --model "$out/memory/latest/model.onnx" \
    --folder "$data" --output "$out/predictions.csv")"
done
