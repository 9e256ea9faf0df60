#!/bin/sh
# Scoring photographs in an ML.NET pipeline, in turns: our transformer, our own API on the same files, and ML.NET's ApplyOnnxModel on tensors that our code prepares.
#   MLNetPath=<folder of ML.NET's assemblies> bench/compare-mlnet.sh mobilenet-v2|resnet-50 [images [rounds]]      THREADS=2 by default
# Needs mate-backgrounds of Debian. Photographs and models are those of compare-folder-scoring.sh, made once in $WORK (default: pipeline-scoring in the temporary folder).
set -eu
cd "$(dirname "$0")/.."
network="$1"; shift
threads="${THREADS:-2}"
work="${WORK:-${TMPDIR:-/tmp}/pipeline-scoring}"
[ -n "${MLNetPath:-}" ] || { echo "MLNetPath is not set: the folder that holds Microsoft.ML.Data.dll and ML.NET's other assemblies." >&2; exit 2; }
export MLNetPath
dotnet build bench/Pipeline.MLNet.Bench -c Release -v q --nologo >&2
[ -d "$work/photographs" ] || { "${PYTHON:-/usr/bin/python3}" bench/peers/make_photos.py "$work/making" 2000 && mv "$work/making" "$work/photographs"; }
if [ ! -f "$work/models/$network.onnx" ]; then
  dotnet build bench/Pipeline.Bench -c Release -v q --nologo >&2
  dotnet artifacts/bin/Pipeline.Bench/release/Pipeline.Bench.dll scoring-models "$work/models" "$threads"
fi
exec dotnet artifacts/bin/Pipeline.MLNet.Bench/release/Pipeline.MLNet.Bench.dll "$work/models/$network.onnx" "$work/photographs" "$threads" "$@"
