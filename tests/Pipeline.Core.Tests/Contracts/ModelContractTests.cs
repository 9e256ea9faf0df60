using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Tests.Contracts;

public sealed class ModelContractTests
{
    [Fact]
    public void FromMetadata_WrittenContract_IsTheSame()
    {
        ModelContract contract = Make();

        ModelContract read = ModelContract.FromMetadata(Metadata(contract), "model.onnx");

        Assert.Equal(contract.ToMetadata(), read.ToMetadata());
        Assert.Equal(["cat", "dog"], read.Labels);
        Assert.Equal(contract.Golden?.Logits, read.Golden?.Logits);
    }

    [Fact]
    public void FromMetadata_ARejectOption_IsReadBack()
    {
        ModelContract contract = Make() with { Reject = new RejectOption(0.8125f, 0.95, 0.96, 0.7) };

        Assert.Equal(contract.Reject, ModelContract.FromMetadata(Metadata(contract), "model.onnx").Reject);
        Assert.Null(ModelContract.FromMetadata(Metadata(Make()), "model.onnx").Reject);
    }

    [Fact]
    public void FromMetadata_UnknownOptionalKey_IsIgnored()
    {
        Dictionary<string, string> metadata = Metadata(Make());
        metadata["pipeline.future"] = "{}";

        Assert.Equal(2, ModelContract.FromMetadata(metadata, "model.onnx").Labels.Count);
    }

    [Theory]
    [InlineData("pipeline.contract", "2", "contract version 2")]
    [InlineData("pipeline.contract", null, "no 'pipeline.contract'")]
    [InlineData("pipeline.labels", null, "no 'pipeline.labels'")]
    [InlineData("pipeline.labels", "[\"cat\"]", "at least 2 classes")]
    [InlineData("pipeline.labels", "[\"cat\",\"Cat\"]", "differ at most in case")]
    [InlineData("pipeline.labels", "{}", "pipeline.labels")]
    [InlineData("pipeline.preprocessing", "{}", "pipeline.preprocessing")]
    [InlineData("pipeline.preprocessing", "null", "found null")]
    [InlineData("pipeline.calibration", "{\"temperature\":0}", "temperature 0")]
    [InlineData(
        "pipeline.reject",
        "{\"minimumConfidence\":2,\"targetAccuracy\":0.9,\"accuracy\":0.9,\"coverage\":1}",
        "minimumConfidence is 2"
    )]
    [InlineData(
        "pipeline.precision",
        "{\"arithmetic\":\"fp16\",\"logitTolerance\":7,\"top1Budget\":0}",
        "logitTolerance 7"
    )]
    [InlineData(
        "pipeline.precision",
        "{\"arithmetic\":\"fp16\",\"logitTolerance\":0.01,\"top1Budget\":0.9}",
        "top1Budget 0.9"
    )]
    public void FromMetadata_BadValue_NamesFileAndKey(string key, string? value, string expected)
    {
        Dictionary<string, string> metadata = Metadata(Make());
        metadata.Remove(key);
        if (value is not null)
        {
            metadata[key] = value;
        }

        ModelContractException error = Assert.Throws<ModelContractException>(() =>
            ModelContract.FromMetadata(metadata, "model.onnx")
        );

        Assert.Contains("model.onnx", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "\"kernel\":\"bicubic\"",
        "\"kernel\":\"area\"",
        "expected one of: nearest, bilinear, bicubic, lanczos3"
    )]
    [InlineData("\"version\":3", "\"version\":4", "version is 4, this program knows 1 to 3")]
    [InlineData(
        "\"version\":3",
        "\"version\":1,\"shrinkOnLoad\":\"fast\"",
        "version is 1 with 'shrinkOnLoad', which came with version 2"
    )]
    [InlineData("\"version\":3", "\"version\":2,\"shrinkOnLoad\":\"far\"", "expected one of: fine, fast")]
    [InlineData("\"orientation\":\"exif\"", "\"orientation\":\"none\"", "orientation 'none'")]
    [InlineData("\"antialias\":true", "\"antialias\":false", "antialias")]
    [InlineData("\"std\":[1,2,3]", "\"std\":[1,0,3]", "std")]
    [InlineData("\"mean\":[0,0,0]", "\"mean\":[0,0]", "mean has 2 values")]
    [InlineData("\"width\":32", "\"width\":0", "size is 0x24")]
    [InlineData("\"channelOrder\",\"scale\",\"mean\",\"std\"]", "\"scale\"]", "the graph does 'scale'")]
    public void FromJson_BadPreprocessing_SaysWhatIsWrong(string good, string bad, string expected)
    {
        string json = Make().Preprocessing.ToJson();
        Assert.Contains(good, json, StringComparison.Ordinal);

        ModelContractException error = Assert.Throws<ModelContractException>(() =>
            Preprocessing.FromJson(json.Replace(good, bad, StringComparison.Ordinal), "model.onnx")
        );

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "\"inGraph\":[\"channelOrder\",\"scale\",\"mean\",\"std\"]")]
    [InlineData(false, "\"inGraph\":[]")]
    public void ToJson_WhoNormalizes_IsSaidAndReadBack(bool isInGraph, string expected)
    {
        string json = (Make().Preprocessing with { IsInGraph = isInGraph }).ToJson();

        Assert.Contains(expected, json, StringComparison.Ordinal);
        Assert.Equal(isInGraph, Preprocessing.FromJson(json, "model.onnx").IsInGraph);
    }

    [Theory]
    [InlineData(3, ShrinkOnLoad.Fine)]
    [InlineData(3, ShrinkOnLoad.Fast)]
    [InlineData(2, ShrinkOnLoad.Fast)]
    [InlineData(1, ShrinkOnLoad.Fine)]
    public void ToJson_VersionAndShrinkOnLoad_AreReadBack(int version, ShrinkOnLoad shrink)
    {
        Preprocessing rules = Make().Preprocessing with { Version = version, ShrinkOnLoad = shrink };

        string json = rules.ToJson();

        Assert.Equal(shrink == ShrinkOnLoad.Fast, json.Contains("shrinkOnLoad", StringComparison.Ordinal));
        Preprocessing read = Preprocessing.FromJson(json, "model.onnx");
        Assert.Equal((version, shrink), (read.Version, read.ShrinkOnLoad));
    }

    [Fact]
    public void FromJson_OnlyWhatIsRequired_TakesTheDefaults()
    {
        Preprocessing read = Preprocessing.FromJson(
            """
            {"version":1,"resize":"squash","width":8,"height":8,"kernel":"bicubic","antialias":true,
             "scale":1,"mean":[0,0,0],"std":[1,1,1]}
            """,
            "model.onnx"
        );

        Assert.Equal((AlphaPolicy.OverWhite, ChannelOrder.Rgb, true), (read.Alpha, read.ChannelOrder, read.IsInGraph));
    }

    [Fact]
    public void ToMetadata_Precision_IsSaidUnlessItIsFloat32()
    {
        ModelContract half = Make() with { Precision = new ModelPrecision("fp16", 0.01, 0.02) };

        Assert.DoesNotContain("pipeline.precision", Metadata(Make()).Keys);
        Assert.Equal(
            "{\"arithmetic\":\"fp16\",\"logitTolerance\":0.01,\"top1Budget\":0.02}",
            Metadata(half)["pipeline.precision"]
        );
        Assert.Equal(half.Precision, ModelContract.FromMetadata(Metadata(half), "model.onnx").Precision);
        Assert.Equal(ModelPrecision.Float32, ModelContract.FromMetadata(Metadata(Make()), "model.onnx").Precision);
    }

    private static Dictionary<string, string> Metadata(ModelContract contract) =>
        contract.ToMetadata().ToDictionary(pair => pair.Key, pair => pair.Value);

    private static ModelContract Make()
    {
        var contract = new ModelContract
        {
            Labels = new LabelSet(["cat", "dog"]),
            Preprocessing = new Preprocessing
            {
                Size = new ImageSize(32, 24),
                Resize = ResizeMode.FitCrop,
                Kernel = ResizeKernel.Bicubic,
                Antialias = true,
                Scale = 1 / 255.0,
                Mean = [0, 0, 0],
                Std = [1, 2, 3],
            },
            Golden = new GoldenSample(GoldenSample.RampFormula, 1, [0.1f, -1.5e-7f]),
        };
        contract.Provenance["seed"] = "42";
        contract.Metrics["valAccuracy"] = 0.825;
        return contract;
    }
}
