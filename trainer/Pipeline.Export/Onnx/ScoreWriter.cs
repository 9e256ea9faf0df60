using Pipeline.Networks.Graph;
using static Pipeline.Export.Onnx.OnnxGraphWriter;

namespace Pipeline.Export.Onnx;

/// <summary>Writes what is done to class scores.</summary>
internal static class ScoreWriter
{
    /// <summary>Log sum exp of each group's scores.</summary>
    internal static void WriteGroups(OnnxGraphWriter writer, Node node, GroupClasses grouping, string output)
    {
        var columns = new List<string>();
        foreach (IReadOnlyList<int> group in grouping.Groups)
        {
            string name = $"{node.Name}.group_{columns.Count}";
            string members = writer.Add(
                "Gather",
                $"{name}.members",
                [node.Inputs[0], writer.AddConstant($"{name}.indices", group.Select(index => (long)index))],
                Integer("axis", 1)
            );
            // [N, 1]
            columns.Add(writer.Add("ReduceLogSumExp", name, [members], Integers("axes", 1), Integer("keepdims", 1)));
        }

        writer.Add("Concat", output, columns, Integer("axis", 1));
    }

    /// <summary>A column of zeros in front.</summary>
    internal static void WriteBinary(OnnxGraphWriter writer, string output, string input) =>
        writer.Add("Pad", output, [input, writer.AddConstant("one_column_before", 0, 1, 0, 0)]);
}
