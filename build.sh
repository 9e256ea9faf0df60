#!/usr/bin/env bash
# Sets up what a fresh Debian 12 machine with the .NET SDK and Node lacks, then runs a Cake target:
#   ./build.sh                      train the default recipe, export, check, score
#   ./build.sh --target=test        run the tests
#   ./build.sh --target=help        list the targets
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

need() {
  command -v "$1" >/dev/null || { echo "error: '$1' is not installed. $2" >&2; exit 2; }
}
for argument in "$@"; do
  case "$argument" in
    --*=) echo "error: '$argument' has no value. Write ${argument}value." >&2; exit 2 ;;
    -*) ;;
    *) echo "error: '$argument' is no option. Write --target=$argument; --target=help lists the targets." >&2; exit 2 ;;
  esac
done
need dotnet 'Install the .NET 10 SDK: https://dotnet.microsoft.com/download'

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# The compiled build script is kept: a later run starts seconds sooner
export CAKE_SETTINGS_ENABLESCRIPTCACHE=true CAKE_PATHS_CACHE="$PWD/artifacts/cache/cake"
dotnet tool restore --verbosity quiet >/dev/null
exec dotnet cake build.cake "$@"
