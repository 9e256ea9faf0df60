# The same as build.sh, for PowerShell.
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
function Stop-Usage($message) { [Console]::Error.WriteLine("error: $message"); exit 2 }
foreach ($argument in $args) {
    if ($argument -match '^--[^=]+=$') { Stop-Usage "'$argument' has no value. Write ${argument}value." }
    if ($argument -notmatch '^-') {
        Stop-Usage "'$argument' is no option. Write --target=$argument; --target=help lists the targets."
    }
}
if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
    Stop-Usage "'dotnet' is not installed. Install the .NET 10 SDK: https://dotnet.microsoft.com/download"
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
