# The same as build.sh, for PowerShell.
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
foreach ($argument in $args) {
    if ($argument -match '^--[^=]+=$') { [Console]::Error.WriteLine("error: '$argument' has no value. Write ${argument}value."); exit 2 }
    if ($argument -notmatch '^-') { [Console]::Error.WriteLine("error: '$argument' is no option. Write --target=$argument; --target=help lists the targets."); exit 2 }
}
if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
    [Console]::Error.WriteLine("error: 'dotnet' is not installed. Install the .NET 10 SDK: https://dotnet.microsoft.com/download")
    exit 2
}
$env:DOTNET_NOLOGO = '1'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
# The compiled build script is kept: a later run starts seconds sooner
$env:CAKE_SETTINGS_ENABLESCRIPTCACHE = 'true'
$env:CAKE_PATHS_CACHE = Join-Path $PSScriptRoot 'artifacts/cache/cake'
dotnet tool restore --verbosity quiet | Out-Null
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
dotnet cake build.cake @args
exit $LASTEXITCODE
