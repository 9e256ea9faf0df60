using System.CommandLine;
using Pipeline.CommandLine;
using Pipeline.Setup.Cli.Libtorch;
using Pipeline.Setup.Cli.Machine;

namespace Pipeline.Setup.Cli;

/// <summary><c>report</c>: what CUDA needs, what of it is here, and where training and scoring will run.</summary>
internal sealed class ReportCommand
{
    private readonly Option<string> shim = new("--shim") { Description = "The C++ shim, libpipeline_torch.so.", Required = true };
    private readonly Option<string?> libtorch = new("--libtorch") { Description = "The libtorch that the shim was built against; the system's when left out." };
    private readonly Option<string> runtime = new("--onnxruntime") { Description = "Folder of ONNX Runtime's libraries for GPUs.", Required = true };

    /// <summary>Makes the verb.</summary>
    internal static Command Create()
    {
        var made = new ReportCommand();
        var command = new Command("report", "Say what CUDA needs for libtorch and for ONNX Runtime, what this machine lacks of it, and what follows.") { made.shim, made.libtorch, made.runtime };
        command.SetAction(made.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var report = new GpuReport
        {
            Driver = NvidiaDriver.Find(SharedLibraries.Find, NvidiaDriver.AskTool),
            Libtorch = parsed.GetValue(libtorch) is string folder ? LibtorchFolder.Read(folder) : null,
            LibtorchNeeds = parsed.GetValue(libtorch) is string with ? SharedLibraries.Needs(LibtorchFolder.CudaLibrary(with)) : [],
            TrainingDevices = ShimDevices.Count(parsed.GetRequiredValue(shim)),
            CudaNeeds = Needs(parsed, "cuda"),
            TensorRtNeeds = Needs(parsed, "tensorrt"),
        };
        foreach (string line in report.Lines())
        {
            Console.WriteLine(line);
        }

        return ExitCodes.Done;
    }

    /// <summary>What a provider is linked with, and cuDNN, which both open by name when they run.</summary>
    private LibraryNeed[] Needs(ParseResult parsed, string provider) =>
        [.. SharedLibraries.Needs(Path.Combine(parsed.GetRequiredValue(runtime), $"libonnxruntime_providers_{provider}.so")).UnionBy([new LibraryNeed("libcudnn.so.9", SharedLibraries.Find("libcudnn.so.9"))], need => need.Name)];
}
