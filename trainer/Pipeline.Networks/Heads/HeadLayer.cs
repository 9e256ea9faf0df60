namespace Pipeline.Networks.Heads;

/// <summary>One layer of a new classifier, as a recipe lists it.</summary>
public abstract record HeadLayer;

/// <summary>Mean of each channel: <c>global_average_pool</c>.</summary>
public sealed record GlobalAveragePoolLayer : HeadLayer;

/// <summary>A map as one vector: <c>flatten</c>.</summary>
public sealed record FlattenLayer : HeadLayer;

/// <summary>Shift and scale by the training images' statistics: <c>standardize</c>.</summary>
public sealed record StandardizeLayer : HeadLayer;

/// <summary>Dropout: <c>dropout: 0.5</c>.</summary>
/// <param name="Rate">Share of values set to zero in training, in [0, 1).</param>
public sealed record DropoutLayer(double Rate) : HeadLayer;

/// <summary>Convolution 3x3 that keeps the size, followed by ReLU: <c>conv: 32</c>.</summary>
/// <param name="Channels">Output channels, at least 1.</param>
public sealed record ConvLayer(int Channels) : HeadLayer;

/// <summary>Max pool whose step is its window: <c>max_pool: 2</c>. A size that is no multiple is padded, as Keras's <c>same</c> does, so nothing is cut off.</summary>
/// <param name="Window">Side of the window, at least 1.</param>
public sealed record MaxPoolLayer(int Window) : HeadLayer;

/// <summary>Dense layer: <c>dense: 256</c> (followed by ReLU), or <c>dense: classes</c> for the last one (raw scores).</summary>
/// <param name="Units">Outputs; <c>null</c> means one per class.</param>
public sealed record DenseLayer(int? Units) : HeadLayer;
