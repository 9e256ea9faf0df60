using System.CommandLine;
using Pipeline.CommandLine;
using Pipeline.Core.Files;
using Pipeline.Setup.Cli.Libtorch;
using Pipeline.Setup.Cli.Machine;

namespace Pipeline.Setup.Cli;

/// <summary><c>libtorch</c>: finds libtorch with CUDA, or fetches it.</summary>
internal sealed class LibtorchCommand
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15), AnswerTimeout = TimeSpan.FromSeconds(60);

    private readonly Option<string> cache = new("--cache") { Description = "Folder where archives are put and unpacked.", Required = true };
    private readonly Option<string> output = new("--output", "-o") { Description = "Text file that gets the path of the libtorch.", Required = true };
    private readonly Option<Uri> archive = new("--archive") { Description = "Address of the archive to fetch when none is found.", DefaultValueFactory = _ => LibtorchArchive.Official };

    /// <summary>Makes the verb.</summary>
    internal static Command Create()
    {
        var made = new LibtorchCommand();
        var command = new Command("libtorch", "Find libtorch with CUDA: the folder LIBTORCH, the cache, the torch of python3 (or PYTHON); else fetch the official one.") { made.cache, made.output, made.archive };
        command.SetAction(made.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = ConnectTimeout }) { Timeout = AnswerTimeout };
        string folder = parsed.GetRequiredValue(cache);
        var wanted = new LibtorchArchive(folder, parsed.GetRequiredValue(archive), new ResumableDownload(client));
        LibtorchFolder found = LibtorchFinder.Find(Environment.GetEnvironmentVariable("LIBTORCH"), folder, PythonTorch.Folder)
            ?? await wanted.EnsureAsync(Console.WriteLine, cancellationToken).ConfigureAwait(false);
        Console.WriteLine($"libtorch {found.Describe()}: {found.Path}");
        AtomicFile.WriteText(parsed.GetRequiredValue(output), found.Path + "\n");
        return ExitCodes.Done;
    }
}
