# The same as build.sh, for PowerShell. The local engines are Linux libraries: on Windows and macOS this builds only against a complete NuGet feed.
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
    Write-Error "'dotnet' is not installed. Install the .NET 10 SDK: https://dotnet.microsoft.com/download"
    exit 2
}
$env:DOTNET_NOLOGO = '1'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
dotnet tool restore --verbosity quiet
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
dotnet cake build.cake @args
exit $LASTEXITCODE
