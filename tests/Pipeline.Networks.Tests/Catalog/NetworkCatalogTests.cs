using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Summaries;

namespace Pipeline.Networks.Tests.Catalog;

public sealed class NetworkCatalogTests
{
    [Fact]
    public void MobileNetV2_Whole_HasKerasParameterCount()
    {
        NetworkGraph graph = NetworkCatalog.Create("mobilenet-v2", new ImageSize(224, 224));

        // keras.applications.MobileNetV2(include_top=False): 2,257,984 parameters, 2,223,872 trainable
        LayerTable table = LayerTable.Of(graph);
        Assert.Equal(2_257_984, table.Parameters);
        Assert.Equal(2_223_872, table.TrainableParameters);
        Assert.Equal(FeatureShape.Map(1280, 7, 7), graph.Output.OutputShape);
    }

    [Fact]
    public void MobileNetV2_MultiplyAdds_AreThePapers()
    {
        NetworkGraph graph = NetworkCatalog.Create("mobilenet-v2", new ImageSize(224, 224));

        // Sandler et al. 2018, table 4: 300 million multiply-adds at 224, which includes the classifier's 1.3 million; batch-norm is counted here and not there
        long convolutions = graph.Nodes.Where(node => node.Operation is Conv2d).Sum(node => node.MultiplyAdds);
        Assert.InRange(convolutions, 295_000_000, 302_000_000);
    }

    [Fact]
    public void MobileNetV2_At96_CutHasSixBySixMaps()
    {
        NetworkGraph graph = NetworkCatalog.Create("mobilenet-v2", new ImageSize(96, 96)).CutAt("block_13_expand_relu");

        Assert.Equal(FeatureShape.Map(576, 6, 6), graph.Output.OutputShape);
    }

    [Fact]
    public void SmallCnn_At32_EndsInFourByFour()
    {
        NetworkGraph graph = NetworkCatalog.Create("small-cnn", new ImageSize(32, 32));

        Assert.Equal(FeatureShape.Map(128, 4, 4), graph.Output.OutputShape);
    }

    [Fact]
    public void Create_MisspeltName_NamesTheNearest()
    {
        RecipeException error = Assert.Throws<RecipeException>(() => NetworkCatalog.Create("mobilnet-v2", new ImageSize(96, 96)));

        Assert.Contains("Did you mean 'mobilenet-v2'?", error.Message, StringComparison.Ordinal);
    }
}
