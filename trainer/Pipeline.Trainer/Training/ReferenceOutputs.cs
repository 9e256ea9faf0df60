using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Networks.Heads;
using Pipeline.Torch;
using Pipeline.Trainer.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>
/// What the trainer's network says about known inputs, in float32 and evaluation mode: the reference that an exported
/// file is held against.
/// </summary>
internal static class ReferenceOutputs
{
    private const int SyntheticCount = 2;

    /// <summary>Logits of the contract's synthetic images: the start-up self-test of the exported file.</summary>
    /// <param name="network">The trained network. Borrowed.</param>
    /// <param name="preprocessing">Its preprocessing.</param>
    /// <returns>Formula and logits.</returns>
    public static GoldenSample OfSyntheticImages(TorchNetwork network, Preprocessing preprocessing)
    {
        using ImageBatch images = ImageBatch.Rent(SyntheticCount, preprocessing.Size);
        GoldenSample.FillPixels(images.Pixels, SyntheticCount, preprocessing.Size);
        using DisposeScope scope = NewDisposeScope();
        Tensor input = InputTensors.Normalize(images, preprocessing, network.Device); // [N, 3, H, W]
        return new GoldenSample(GoldenSample.RampFormula, SyntheticCount, Compute(network, input).Logits);
    }

    /// <summary>What the network gives for images, in float32 and evaluation mode.</summary>
    /// <param name="network">The trained network. Borrowed.</param>
    /// <param name="batch">Decoded images. Borrowed.</param>
    /// <param name="preprocessing">Their preprocessing.</param>
    /// <returns>Logits <c>[N, K]</c>, and what the backbone gives, row-major <c>[N, ...]</c>.</returns>
    public static (float[] Logits, float[] Features) Compute(
        TorchNetwork network,
        DecodedBatch batch,
        Preprocessing preprocessing
    )
    {
        ArgumentNullException.ThrowIfNull(network);
        using DisposeScope scope = NewDisposeScope();
        return Compute(network, InputTensors.Normalize(batch, preprocessing, network.Device));
    }

    private static (float[] Logits, float[] Features) Compute(TorchNetwork network, Tensor input)
    {
        string backboneEnd = HeadBuilder.BackboneEnd(network.Graph).Name;
        using IDisposable noGrad = no_grad();
        Tensor features = network.Forward(input, ForwardMode.Evaluation, until: backboneEnd); // [N, C, H, W] or [N, F]
        Tensor logits = network.Forward(features, ForwardMode.Evaluation, after: backboneEnd); // [N, K]
        return (MemoryFormats.ToArray(logits), MemoryFormats.ToArray(features));
    }
}
