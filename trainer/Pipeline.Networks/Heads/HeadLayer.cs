using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Heads;

/// <summary>One layer of a new classifier, or of a network of one's own, as a recipe lists it.</summary>
public abstract record HeadLayer;

/// <summary>Mean of each channel: <c>global_average_pool</c>.</summary>
public sealed record GlobalAveragePoolLayer : HeadLayer;

/// <summary>A map as one vector: <c>flatten</c>.</summary>
public sealed record FlattenLayer : HeadLayer;

/// <summary>Shift and scale by the training images' statistics: <c>standardize</c>.</summary>
public sealed record StandardizeLayer : HeadLayer;

/// <summary>Batch normalisation of a map: <c>batch_norm</c>.</summary>
public sealed record BatchNormLayer : HeadLayer;

/// <summary>A function of every value: <c>activation: relu</c>.</summary>
/// <param name="Function">The function.</param>
public sealed record ActivationLayer(ActivationKind Function) : HeadLayer;

/// <summary>Dropout: <c>dropout: 0.5</c>.</summary>
/// <param name="Rate">Share of values set to zero in training, in [0, 1).</param>
public sealed record DropoutLayer(double Rate) : HeadLayer;

/// <summary>Convolution, followed by ReLU unless said otherwise: <c>conv: 32</c>, or <c>conv: 64, kernel: 1x7, stride: 2, padding: valid, groups: 4, bias: false, activation: none</c>.</summary>
/// <param name="Channels">Output channels, at least 1.</param>
public sealed record ConvLayer(int Channels) : HeadLayer
{
    /// <summary>Size of the kernel.</summary>
    public Extent Kernel { get; init; } = 3;

    /// <summary>Step of the kernel.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Whether the map is padded so that its size is divided by the stride only, as Keras's <c>same</c> does; otherwise it is not padded (<c>valid</c>).</summary>
    public bool IsSame { get; init; } = true;

    /// <summary>Channel groups.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Whether there is a bias.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>The function behind it; <c>null</c> for none.</summary>
    public ActivationKind? Activation { get; init; } = ActivationKind.Relu;
}

/// <summary>Largest value per window: <c>max_pool: 2</c>, or <c>max_pool: 3, stride: 2, padding: valid</c>. A size that is no multiple is padded, as Keras's <c>same</c> does, so nothing is cut off.</summary>
/// <param name="Window">Side of the window, at least 1.</param>
public sealed record MaxPoolLayer(int Window) : HeadLayer
{
    /// <summary>Step of the window; <c>null</c> means its side.</summary>
    public int? Stride { get; init; }

    /// <summary>Whether the map is padded; otherwise rows and columns that fill no window are left out.</summary>
    public bool IsSame { get; init; } = true;
}

/// <summary>Dense layer: <c>dense: 256</c> (followed by ReLU unless an activation is given), or <c>dense: classes</c> for the last one (raw scores).</summary>
/// <param name="Units">Outputs; <c>null</c> means one per class.</param>
public sealed record DenseLayer(int? Units) : HeadLayer
{
    /// <summary>The function behind it; <c>null</c> for none. The last layer never has one.</summary>
    public ActivationKind? Activation { get; init; } = ActivationKind.Relu;
}

/// <summary>The last layer of a classifier of two classes as one unit: <c>sigmoid_unit</c>. Its probability is the second class's; training it is binary cross-entropy.</summary>
public sealed record SigmoidUnitLayer : HeadLayer;

/// <summary>The network's own classifier: <c>pretrained</c>, the only layer of its head.</summary>
/// <param name="Groups">For each class of the data the classifier's classes that mean it, whose probabilities are added; <c>null</c> keeps its own classes. Do not modify.</param>
public sealed record PretrainedLayer(IReadOnlyList<ClassGroup>? Groups) : HeadLayer;
