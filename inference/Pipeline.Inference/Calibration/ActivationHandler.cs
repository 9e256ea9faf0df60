namespace Pipeline.Inference.Calibration;

/// <summary>Receives the values of one activation for one batch.</summary>
/// <param name="tensor">Name of the activation.</param>
/// <param name="shape">Its shape, N first.</param>
/// <param name="values">product(shape) values, row-major; valid during the call only.</param>
public delegate void ActivationHandler(string tensor, ReadOnlySpan<long> shape, ReadOnlySpan<float> values);
