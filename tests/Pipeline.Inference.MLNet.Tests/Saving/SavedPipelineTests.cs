using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;

namespace Pipeline.Inference.MLNet.Tests.Saving;

public sealed class SavedPipelineTests : MLNetTest
{
    private string ModelPath => Folder["model.onnx"];

    private string PipelinePath => Folder["pipeline.zip"];

    [Fact]
    public void Load_ByMLNetItself_GivesTheSameAnswers()
    {
        (IDataView data, ClassifiedImageRow[] expected) = Save();

        ITransformer loaded = Context.Model.Load(PipelinePath, out DataViewSchema schema);
        IDataView view = loaded.Transform(data);
        using PredictionEngine<ImageRow, ClassifiedImageRow> engine = Context.Model.CreatePredictionEngine<
            ImageRow,
            ClassifiedImageRow
        >(loaded);

        Assert.Equal(["ImagePath", "Index", "Note", "Numbers"], schema.Select(column => column.Name));
        Assert.Equal(
            ["ImagePath", "Index", "Note", "Numbers", "Score", "PredictedLabel", "Probability", "Error"],
            view.Schema.Where(column => !column.IsHidden).Select(column => column.Name)
        );
        Assert.Equivalent(expected, Rows(view), strict: true);
        Assert.Equivalent(expected[3], engine.Predict(ImageRow.Of(expected[3].ImagePath, 3)), strict: true);
    }

    [Fact]
    public void LoadWithImageClassification_SavedPipeline_IsTheTransformerAgain()
    {
        (IDataView data, ClassifiedImageRow[] expected) = Save();

        ITransformer loaded = Context.Model.LoadWithImageClassification(
            Context,
            PipelinePath,
            out DataViewSchema? schema,
            Options(3)
        );

        ImageClassificationTransformer transformer = Owned(Assert.IsType<ImageClassificationTransformer>(loaded));
        Assert.Equal(3, transformer.Classifier.Session.Options.BatchSize);
        Assert.Equal(ModelPath, transformer.Classifier.Session.ModelPath);
        Assert.NotNull(schema);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), loaded.Transform(data).Schema["Score"].Type);
        Assert.Equivalent(expected, Rows(loaded.Transform(data)), strict: true);
    }

    [Fact]
    public void LoadWithImageClassification_ChainWithScopes_KeepsTheOtherStepsAndTheirScopes()
    {
        File.Copy(TestModels.Colors, ModelPath);
        IDataView data = ImageRow.View(Context, MixedPaths(6));
        var chain = Context
            .Transforms.CopyColumns("Picture", "ImagePath")
            .Append(Context.Transforms.ClassifyImages(Context, ModelPath, "Picture", Options(4)))
            .Append(Context.Transforms.CopyColumns("OnlyWhenTesting", "Probability"), TransformerScope.TrainTest)
            .Fit(data);
        Owned(chain);
        Context.Model.Save(chain, data.Schema, PipelinePath);

        ITransformer loaded = Context.Model.LoadWithImageClassification(Context, PipelinePath, out _, Options(4));

        Owned((IDisposable)loaded);
        Assert.Equal(
            chain.Transform(data).Schema.Select(column => column.Name),
            loaded.Transform(data).Schema.Select(column => column.Name)
        );
        Assert.DoesNotContain(loaded.Transform(data).Schema, column => column.Name == "OnlyWhenTesting");
        Assert.Equivalent(Rows(chain.Transform(data)), Rows(loaded.Transform(data)), strict: true);
    }

    [Fact]
    public void Load_SavedOverBytesAndImages_GivesTheSameAnswers()
    {
        File.Copy(TestModels.Colors, ModelPath);
        string[] paths = Folder.AddColors(3);
        IDataView bytes = Context.Data.LoadFromEnumerable(
            paths.Select(path => new BytesRow { Content = File.ReadAllBytes(path) })
        );
        IDataView images = Context.Data.LoadFromEnumerable(
            paths.Select(path => new PictureRow
            {
                Picture = Pictures.Of(ImageDecoder.DecodeOriginal(path), isBgra: false),
            })
        );

        foreach ((IDataView data, string column) in new[] { (bytes, "Content"), (images, "Picture") })
        {
            ImageClassificationTransformer transformer = Owned(
                Context.Transforms.ClassifyImages(Context, ModelPath, column, Options(4)).Fit(data)
            );
            using (FileStream file = File.Create(PipelinePath))
            {
                Context.Model.Save(transformer, inputSchema: null, file);
            }

            IEnumerable<float> expected = transformer.Transform(data).GetColumn<float>("Probability");
            ITransformer restored = Context.Model.LoadWithImageClassification(Context, PipelinePath, out _, Options(4));

            Assert.Equal(
                expected,
                Context.Model.Load(PipelinePath, out _).Transform(data).GetColumn<float>("Probability")
            );
            Assert.Equal(expected, restored.Transform(data).GetColumn<float>("Probability"));
            Owned((IDisposable)restored);
        }
    }

    [Fact]
    public async Task Load_InAnotherProcessAndAnotherFolder_FindsTheModelBesideThePipeline()
    {
        (_, ClassifiedImageRow[] expected) = Save();
        Directory.CreateDirectory(Folder["moved"]);
        File.Move(PipelinePath, Folder["moved/pipeline.zip"]);
        File.Move(ModelPath, Folder["moved/model.onnx"]);

        string output = await RunSampleAsync(Folder["moved/pipeline.zip"], expected[3].ImagePath);

        Assert.Equal(
            FormattableString.Invariant(
                $"{expected[3].ImagePath}: {expected[3].PredictedLabel} {expected[3].Probability:R}"
            ),
            output.Trim()
        );
    }

    [Fact]
    public async Task Load_OneEnginePerThreadOverOnePipeline_GivesEachItsOwnAnswers()
    {
        // what PredictionEnginePool does with a file
        (_, ClassifiedImageRow[] all) = Save();
        ClassifiedImageRow[] expected = [.. all.Where(row => row.ImagePath.Length > 0)];
        ITransformer loaded = Context.Model.Load(PipelinePath, out _);

        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(start =>
                    Task.Run(() =>
                    {
                        PredictionEngine<ImageRow, ClassifiedImageRow> engine = Context.Model.CreatePredictionEngine<
                            ImageRow,
                            ClassifiedImageRow
                        >(loaded);
                        for (int call = 0; call < 30; call++)
                        {
                            ClassifiedImageRow wanted = expected[(start + call) % expected.Length];
                            Assert.Equivalent(
                                wanted,
                                engine.Predict(ImageRow.Of(wanted.ImagePath, wanted.Index)),
                                strict: true
                            );
                        }
                    })
                )
        );
    }

    [Fact]
    public void Load_ModelMovedAway_IsOneClearError()
    {
        (IDataView data, _) = Save();
        File.Move(ModelPath, Folder["elsewhere.onnx"]);

        var restored = Assert.Throws<ModelContractException>(() =>
            Context.Model.LoadWithImageClassification(Context, PipelinePath, out _)
        );
        var loaded = Assert.ThrowsAny<Exception>(() =>
            Context.Model.Load(PipelinePath, out _).Transform(data).GetColumn<float>("Probability").ToArray()
        );

        string[] tried =
        [
            ModelPath,
            Path.GetFullPath("model.onnx"),
            Path.Combine(AppContext.BaseDirectory, "model.onnx"),
        ];
        string places = string.Join(", ", tried.Distinct().Select(path => $"'{path}'"));
        Assert.Equal(
            $"The pipeline classifies images with model 'model.onnx', which is in none of these places: {places}. "
                + "Put the file into one of them.",
            restored.Message
        );
        // ML.NET wraps it when it reads on several threads
        Assert.Equal(restored.Message, Assert.IsType<ModelContractException>(loaded.GetBaseException()).Message);
    }

    [Fact]
    public void Load_ModelWithOtherLabels_IsRefused()
    {
        Save();
        File.WriteAllBytes(ModelPath, RelabelledModel());

        var error = Assert.Throws<ModelContractException>(() =>
            Context.Model.LoadWithImageClassification(Context, PipelinePath, out _)
        );

        Assert.Equal(
            $"Model '{ModelPath}' has the labels blue, green, pink; the pipeline was saved with one that has blue, "
                + "green, red. Put the former file back, or build and save the pipeline again.",
            error.Message
        );
    }

    private (IDataView Data, ClassifiedImageRow[] Rows) Save()
    {
        File.Copy(TestModels.Colors, ModelPath);
        IDataView data = ImageRow.View(Context, MixedPaths(9));
        ImageClassificationTransformer transformer = Owned(
            Context.Transforms.ClassifyImages(Context, ModelPath, options: Options(4)).Fit(data)
        );
        Context.Model.Save(transformer, data.Schema, PipelinePath);
        return (data, Rows(transformer.Transform(data)));
    }

    /// <summary>
    /// The model with another name for its last label. The text keeps its length, so a plain replacement in the file
    /// does.
    /// </summary>
    private static byte[] RelabelledModel()
    {
        string text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(TestModels.Colors));
        return System.Text.Encoding.Latin1.GetBytes(text.Replace(" \"red\"", "\"pink\"", StringComparison.Ordinal));
    }

    private static async Task<string> RunSampleAsync(params string[] arguments)
    {
        Outcome outcome = await ChildProcess.RunAsync(".", ChildProcess.Beside("MLNetPipeline", arguments));
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return outcome.Output;
    }
}
