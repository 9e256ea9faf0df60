namespace Pipeline.Inference.Sessions;

/// <summary>How much of the optimised network one execution provider runs.</summary>
/// <param name="Provider">ONNX Runtime's name, such as <c>CUDAExecutionProvider</c>.</param>
/// <param name="Nodes">Number of nodes; a part of the network that a provider compiled into one counts once.</param>
public sealed record NodePlacement(string Provider, int Nodes);
