using Pipeline.Core.Tensors;

namespace Pipeline.Networks.Tests.Weights;

/// <summary>The files of tests/data/weights and the formula of their values.</summary>
internal static class WeightsData
{
    internal static string Folder { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "data", "weights");

    internal static string Path(string name) => System.IO.Path.Combine(Folder, name);

    internal static byte[] Bytes(string name) => File.ReadAllBytes(Path(name));

    /// <summary>((7 i + seed) mod 31 - 15) / 8, as in the maker scripts.</summary>
    internal static float[] Ramp(int count, int seed) =>
        [.. Enumerable.Range(0, count).Select(index => ((((7 * index) + seed) % 31) - 15) / 8f)];

    /// <summary>A tensor's values, whatever floating-point type it has.</summary>
    internal static float[] Values(TensorData tensor) => tensor.ToFloat32().AsFloat32().ToArray();
}
