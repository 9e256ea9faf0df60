using System.Reflection;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Weights;
using Pipeline.Networks.Weights.Matching;
using Pipeline.Networks.Weights.Reading;
using Pipeline.Networks.Weights.Tfjs;
using Pipeline.Testing;

namespace Pipeline.Networks.Tests.Weights.Tfjs;

public sealed class TfjsBundleTests
{
    private static readonly string NpmModules =
        typeof(TfjsBundleTests)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(item => item.Key == "NpmModules")
            .Value
        ?? string.Empty;

    private static string Folder => Path.Combine(NpmModules, "nsfwjs", "dist", "models", "mobilenet_v2");

    [Fact]
    public void Read_RealMobileNetV2_HasAllTensors()
    {
        WeightSet weights = TfjsBundle.Read(Folder);

        Assert.Equal(266, weights.Count);
        Assert.Equal(2_619_461, weights.Sum(tensor => tensor.ElementCount));
    }

    [Fact]
    public void Load_CutBackbone_HasATensorForEveryParameter()
    {
        NetworkGraph backbone = NetworkCatalog
            .Create("mobilenet-v2", new ImageSize(96, 96))
            .CutAt("block_13_expand_relu");

        MatchedWeights loaded = WeightsMatch.Match(backbone, WeightsFile.Read(Folder), HeadUse.Replace);

        Assert.Equal(backbone.Parameters.Select(spec => spec.Key).Order(StringComparer.Ordinal), loaded.Weights.Names);
    }

    [Fact]
    public void Read_TruncatedShard_IsRefused()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.EnumerateFiles(Folder))
        {
            string text = File.ReadAllText(file);
            bool isShard = Path.GetFileName(file).StartsWith("group1", StringComparison.Ordinal);
            folder.Write(Path.GetFileName(file), isShard ? text[..(text.Length / 2)] : text);
        }

        WeightsException error = Assert.Throws<WeightsException>(() => TfjsBundle.Read(folder.Path));

        Assert.Contains("group1-shard1of1.min.js", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ShardWithFewerBytes_NamesTheTensor()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            "model.min.js",
            "x.exports={modelTopology:{},weightsManifest:[{paths:[\"s\"],"
                + "weights:[{name:\"a/kernel\",shape:[10000],dtype:\"float32\","
                + "quantization:{min:-.5,scale:.1,dtype:\"uint8\"}}]}]}"
        );
        folder.Write("s.min.js", $"y=\"{Convert.ToBase64String(new byte[6000])}\"");

        WeightsException error = Assert.Throws<WeightsException>(() => TfjsBundle.Read(folder.Path));

        Assert.Contains("'a/kernel'", error.Message, StringComparison.Ordinal);
        Assert.Contains("6000", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    // whose product is a number of bytes that there are
    [InlineData("[-2,-3]", "s", "tensor 'w' [-2, -3] needs 6 bytes")]
    [InlineData("[6]", "a/s", "a shard 'a/s', which is no file name")]
    [InlineData("[6]", "s\\u0000", "which is no file name")]
    public void Read_ImpossibleManifest_IsRefused(string shape, string shard, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            "model.min.js",
            $"x.exports={{weightsManifest:[{{paths:[\"{shard}\"],"
                + $"weights:[{{name:\"w\",shape:{shape},quantization:{{min:0,scale:1,dtype:\"uint8\"}}}}]}}]}}"
        );
        folder.Write("s.min.js", $"y=\"{Convert.ToBase64String(new byte[6000])}\"");

        WeightsException error = Assert.Throws<WeightsException>(() => TfjsBundle.Read(folder.Path));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Bytes_AreScaledInDouble()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = [.. Enumerable.Range(0, 5000).Select(index => (byte)index)];
        folder.Write(
            "model.min.js",
            "x.exports={weightsManifest:[{paths:[\"s\"],"
                + "weights:[{name:\"w\",shape:[5000],"
                + "quantization:{min:-.87334511607301,scale:1963169733975448e-20,dtype:\"uint8\"}}]}],flag:!0}"
        );
        folder.Write("s.min.js", $"y=\"{Convert.ToBase64String(bytes)}\"");

        WeightSet weights = TfjsBundle.Read(folder.Path);

        float expected = (float)((77 * 1963169733975448e-20) + -.87334511607301);
        Assert.Equal(expected, weights["w"].AsFloat32()[77]);
    }

    [Fact]
    public void Match_WrongShape_NamesTensorAndBothShapes()
    {
        NetworkGraph backbone = NetworkCatalog.Create("mobilenet-v2", new ImageSize(96, 96));
        IEnumerable<TensorData> tensors = TfjsBundle
            .Read(Folder)
            .Select(tensor =>
                tensor.Name == "block_3_depthwise/depthwise_kernel"
                    ? TensorData.FromFloat32(tensor.Name, [3, 3, 143, 1], new float[9 * 143])
                    : tensor
            );

        WeightsException error = Assert.Throws<WeightsException>(() =>
            WeightsMatch.Match(
                backbone,
                new ImportedWeights(new WeightSet(tensors), WeightsLayout.Keras, "TensorFlow.js", "test", []),
                HeadUse.Replace
            )
        );

        Assert.Contains(
            "'block_3_depthwise/depthwise_kernel' is [3, 3, 143, 1]",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("[144, 1, 3, 3]", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x.exports={a:1", "truncated")]
    [InlineData("x.exports={a:\"b", "truncated")]
    [InlineData("x={a:1}", "no TensorFlow.js model bundle")]
    [InlineData("x.exports={a:(1)}", "'('")]
    public void ExtractJson_BadScript_SaysWhatIsWrong(string script, string expected)
    {
        WeightsException error = Assert.Throws<WeightsException>(() =>
            JavaScriptLiteral.ExtractJson(script, "model.min.js")
        );

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ExtractJson_MinifiedLiteral_IsJson()
    {
        string json = JavaScriptLiteral.ExtractJson(
            "!function(){module.exports=e();x.exports={a:.001,b:-.5,c:!0,d:!1,e:null,f_1:[\"g\\\"h\",-0,1e-3]}}()",
            "model.min.js"
        );

        Assert.Equal("{\"a\":0.001,\"b\":-0.5,\"c\":true,\"d\":false,\"e\":null,\"f_1\":[\"g\\\"h\",-0,1e-3]}", json);
    }
}
