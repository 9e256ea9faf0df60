using Pipeline.Core.Errors;
using Pipeline.Trainer.Recipes.Reading;
using Pipeline.Trainer.Runs;

namespace Pipeline.Training;

/// <summary>A finished run: where its model is, and how good every model of it was.</summary>
/// <param name="Folder">Path of the run's folder.</param>
/// <param name="Published">Name of the model whose file stands at run level.</param>
/// <param name="Models">The models in the recipe's order, each compared with those before it.</param>
public sealed record TrainedRun(string Folder, string Published, IReadOnlyList<ComparisonRow> Models)
{
    /// <summary>The published model: one ONNX file with weights, labels and preprocessing.</summary>
    public string ModelPath => Path.Combine(Folder, "model.onnx");

    /// <summary>The same in int8; <c>null</c> when the recipe asks for none, or it was not good enough.</summary>
    public string? Int8ModelPath =>
        Path.Combine(Folder, "model.int8.onnx") is var path && File.Exists(path) ? path : null;

    /// <summary>
    /// Share of the test images that the published model labels right, in [0, 1]; of the validation images where no
    /// test image has a label.
    /// </summary>
    public double Accuracy => Models.Single(model => model.Model == Published).MicroAccuracy;

    /// <summary>Opens a run that was finished earlier.</summary>
    /// <param name="folder">Path of its folder, such as <c>artifacts/flowers/latest</c>.</param>
    /// <returns>The run.</returns>
    /// <exception cref="DatasetException">The folder is no finished run.</exception>
    public static TrainedRun Open(string folder)
    {
        RunFolder run = FinishedRun.Require(folder).Folder;
        return Read(run, RecipeReader.PublishedIn(run.Recipe));
    }

    internal static TrainedRun Read(RunFolder run, string published) =>
        new(run.Path, published, ComparisonFile.Read(run.Comparison));
}
