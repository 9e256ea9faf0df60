using System.CommandLine;

namespace Pipeline.Trainer.Cli.Commands;

/// <summary>The option <c>--device</c> of the verbs that compute with libtorch.</summary>
internal static class DeviceOption
{
    /// <summary>Makes it.</summary>
    internal static Option<string> Create() =>
        new("--device")
        {
            Description =
                "Where to compute: auto (the first CUDA device, else the processor), cpu, cuda or cuda:<index>. "
                + "An error when it is not there.",
            DefaultValueFactory = _ => "auto",
        };
}
