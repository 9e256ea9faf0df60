using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>One run of the small recipe by the real program, shared by the tests that look at what it left.</summary>
public sealed class TrainedColors : IAsyncLifetime
{
    internal TemporaryFolder Folder { get; } = new();

    internal Outcome Result { get; private set; } = new(-1, string.Empty, string.Empty);

    internal string Latest => Folder["artifacts/colors/latest"];

    public async ValueTask InitializeAsync()
    {
        ColorFolder.Write(Folder, "images", train: 30, validation: 10, test: 10);
        Folder.Write("colors.yaml", ColorFolder.Recipe("images"));
        Result = await TrainAsync();
    }

    public ValueTask DisposeAsync()
    {
        Folder.Dispose();
        return ValueTask.CompletedTask;
    }

    internal Task<Outcome> TrainAsync(params string[] more) =>
        PipelineProgram.RunAsync("pipeline-train", Folder.Path, ["train", "--recipe", "colors.yaml", .. more]);
}
