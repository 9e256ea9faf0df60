using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;

namespace Pipeline.Export.Tests;

/// <summary>
/// There is no constant folding of our own, because the writer computes every constant itself and no pass leaves a node
/// that nobody reads. These tests say so for each network of the catalog, and will fail when a new operation makes such
/// a pass worth having.
/// </summary>
public sealed class ExportedGraphTests
{
    public static TheoryData<string> Networks => [.. NetworkCatalog.Names];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Build_CatalogNetwork_HasNothingLeftToFoldOrToRemove(string name)
    {
        GraphProto graph = Build(name);

        var constants = graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var read = graph
            .Node.SelectMany(node => node.Input)
            .Concat(graph.Output.Select(value => value.Name))
            .ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(graph.Node, node => node.Input.Where(input => input.Length > 0).All(constants.Contains));
        Assert.DoesNotContain(graph.Node, node => node.OpType is "Dropout" or "Identity");
        Assert.DoesNotContain(graph.Node, node => node.Output.All(output => !read.Contains(output)));
        Assert.DoesNotContain(constants, constant => !read.Contains(constant));
    }

    private static GraphProto Build(string name)
    {
        var spec = new NetworkSpec(
            name,
            null,
            [
                new GlobalAveragePoolLayer(),
                new FlattenLayer(),
                new StandardizeLayer(),
                new DropoutLayer(0.5),
                new DenseLayer(null),
            ],
            new ImageSize(128, 128),
            2
        );
        Checkpoint checkpoint = TestCheckpoints.SmallCnn();
        ModelContract contract = checkpoint.Contract with
        {
            Preprocessing = checkpoint.Contract.Preprocessing with { Size = spec.Size },
        };
        NetworkGraph graph = spec.Build();
        return ModelExporter.Build(graph, TestCheckpoints.Weights(graph), contract).Graph;
    }
}
