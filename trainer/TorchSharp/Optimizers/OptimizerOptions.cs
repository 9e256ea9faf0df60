namespace TorchSharp.Modules;

/// <summary>The settings of a group of parameters. A null setting takes the optimizer's own.</summary>
public abstract class OptimizerOptions
{
    /// <summary>The rate of the next step.</summary>
    public double? LearningRate { get; set; }

    /// <summary>The rate at the start, from which schedules compute.</summary>
    public double InitialLearningRate { get; set; }

    /// <summary>Copies all settings.</summary>
    /// <exception cref="ArgumentException">The other object belongs to another kind of optimizer.</exception>
    public virtual void LoadStateDict(OptimizerOptions source)
    {
        LearningRate = source.LearningRate;
        InitialLearningRate = source.InitialLearningRate;
    }

    /// <summary>Fills what is null from the optimizer's own settings.</summary>
    internal virtual void FillFrom(OptimizerOptions defaults)
    {
        LearningRate ??= defaults.LearningRate;
        InitialLearningRate = LearningRate ?? 0;
    }

    private protected T Expect<T>(OptimizerOptions source)
        where T : OptimizerOptions =>
        source as T ?? throw new ArgumentException($"Expected options of {GetType().FullName}, found {source.GetType().FullName}.", nameof(source));
}
