namespace TorchSharp.Modules;

/// <summary>Parameters that share settings.</summary>
public class ParamGroup : torch.optim.ILearningRateController
{
    private protected ParamGroup(IEnumerable<Parameter> parameters, OptimizerOptions options)
    {
        Parameters = [.. parameters];
        Options = options;
    }

    /// <summary>The parameters, in order. Borrowed.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Their settings.</summary>
    public OptimizerOptions Options { get; }

    /// <inheritdoc/>
    public double LearningRate
    {
        get => Options.LearningRate ?? 0;
        set => Options.LearningRate = value;
    }

    /// <inheritdoc/>
    public double InitialLearningRate
    {
        get => Options.InitialLearningRate;
        set => Options.InitialLearningRate = value;
    }
}
