using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;

namespace Pipeline.Inference.Verification;

/// <summary>
/// Real images and what the trainer's network said about them: <c>golden.safetensors</c> with <c>images</c> U8 [N, H,
/// W, 3], <c>logits</c> F32 [N, K], <c>labels</c> I64 [N], optionally <c>features</c> F32 [M, F] of the first M images,
/// and in the metadata, optionally, <c>paths</c> and <c>labelNames</c>, each a JSON array of strings.
/// </summary>
internal sealed class GoldenFile
{
    private readonly ReadOnlyMemory<byte> images;
    private readonly TensorData logits;
    private readonly TensorData labels;
    private readonly TensorData? features;

    private GoldenFile(
        string path,
        (TensorData Images, TensorData Logits, TensorData Labels, TensorData? Features) tensors,
        string[] paths,
        string[]? labelNames
    )
    {
        (TensorData images, logits, labels, features) = tensors;
        Path = path;
        this.images = images.Bytes;
        Paths = paths;
        LabelNames = labelNames;
        Count = (int)images.Shape[0];
    }

    /// <summary>Where it was read from.</summary>
    internal string Path { get; }

    /// <summary>Number of images N, at least 1.</summary>
    internal int Count { get; }

    /// <summary>Original files, N of them, or none.</summary>
    internal string[] Paths { get; }

    /// <summary>The trainer's class names; <c>null</c> when the file has none.</summary>
    internal string[]? LabelNames { get; }

    /// <summary>All images, <c>uint8 [N, H, W, 3]</c>.</summary>
    internal ReadOnlySpan<byte> Images => images.Span;

    /// <summary>The trainer's logits, <c>float32 [N, K]</c>.</summary>
    internal ReadOnlySpan<float> Logits => logits.AsFloat32();

    /// <summary>True classes, <c>int64 [N]</c>.</summary>
    internal ReadOnlySpan<long> Labels => labels.AsInt64();

    /// <summary>Images that the file has the trainer's features of: the first M, in [0, N].</summary>
    internal int FeatureImages => features is null ? 0 : (int)features.Shape[0];

    /// <summary>Values F of one image's features; 0 without.</summary>
    internal int FeatureCount => features is null ? 0 : (int)features.Shape[1];

    /// <summary>What the trainer's backbone gives, <c>float32 [M, F]</c>; empty without.</summary>
    internal ReadOnlySpan<float> Features => features is null ? [] : features.AsFloat32();

    /// <summary>Reads a golden file and checks that it fits a model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="contract">The model's contract.</param>
    /// <returns>Its content.</returns>
    /// <exception cref="WeightsException">The file is missing or damaged.</exception>
    /// <exception cref="DatasetException">It lacks a tensor, or one does not fit the model.</exception>
    internal static GoldenFile Read(string path, ModelContract contract)
    {
        SafetensorsFile file = SafetensorsFile.Read(path);
        ImageSize size = contract.Preprocessing.Size;
        TensorData images = Require(file, path, "images", TensorElementType.UInt8, [-1, size.Height, size.Width, 3]);
        long count = images.Shape[0];
        TensorData logits = Require(file, path, "logits", TensorElementType.Float32, [count, contract.Labels.Count]);
        TensorData labels = Require(file, path, "labels", TensorElementType.Int64, [count]);
        if (count < 1)
        {
            throw Fault(path, "it holds no image");
        }

        string[] paths = Strings(file, path, "paths") ?? [];
        if (paths.Length > 0 && paths.Length != count)
        {
            throw Fault(path, $"it names {paths.Length} paths for {count} images");
        }

        TensorData? features = file.Tensors.TryGet("features", out _)
            ? Require(file, path, "features", TensorElementType.Float32, [-1, -1])
            : null;
        if (features?.Shape[0] > count)
        {
            throw Fault(path, $"it has features of {features.Shape[0]} images and {count} images");
        }

        var golden = new GoldenFile(path, (images, logits, labels, features), paths, Strings(file, path, "labelNames"));
        foreach (long label in golden.Labels)
        {
            if (label < 0 || label >= contract.Labels.Count)
            {
                throw Fault(path, $"it has the label {label}, expected 0 to {contract.Labels.Count - 1}");
            }
        }

        return golden;
    }

    /// <summary>What to call an image in a message.</summary>
    /// <param name="index">Image in [0, N).</param>
    /// <returns>Its path, or <c>#index</c>.</returns>
    internal string NameOf(int index) => Paths.Length > 0 ? Paths[index] : FormattableString.Invariant($"#{index}");

    private static TensorData Require(
        SafetensorsFile file,
        string path,
        string name,
        TensorElementType type,
        long[] shape
    )
    {
        if (!file.Tensors.TryGet(name, out TensorData? tensor))
        {
            throw Fault(path, $"it has no tensor '{name}', only {string.Join(", ", file.Tensors.Names)}");
        }

        bool fits =
            tensor.ElementType == type
            && tensor.Shape.Count == shape.Length
            && tensor.Shape.Zip(shape).All(pair => pair.Second < 0 || pair.First == pair.Second);
        return fits
            ? tensor
            : throw Fault(
                path,
                $"its tensor '{name}' is {tensor.ElementType} {tensor.ShapeText}, "
                    + $"the model needs {type} "
                    + $"[{string.Join(", ", shape.Select(n => n < 0 ? "N" : FormattableString.Invariant($"{n}")))}]"
            );
    }

    private static string[]? Strings(SafetensorsFile file, string path, string key)
    {
        if (!file.Metadata.TryGetValue(key, out string? json))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return [.. document.RootElement.EnumerateArray().Select(element => element.GetString() ?? string.Empty)];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Fault(path, $"its metadata '{key}' is no JSON array of strings", error);
        }
    }

    private static DatasetException Fault(string path, string fault, Exception? inner = null) =>
        new(
            $"Golden file '{path}' cannot be used with this model: {fault}. Write it again with the model's own "
                + "export.",
            inner
        )
        {
            Subject = path,
            Found = fault,
        };
}
