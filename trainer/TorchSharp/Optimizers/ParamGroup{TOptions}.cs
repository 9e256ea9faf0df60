namespace TorchSharp.Modules;

/// <summary>Parameters that share settings of one kind of optimizer.</summary>
/// <typeparam name="TOptions">The kind of settings.</typeparam>
public class ParamGroup<TOptions> : ParamGroup
    where TOptions : OptimizerOptions
{
    /// <summary>Groups parameters.</summary>
    /// <param name="parameters">In the order of the state. Borrowed.</param>
    /// <param name="options">What is null in it takes the optimizer's own settings.</param>
    public ParamGroup(IEnumerable<Parameter> parameters, TOptions options)
        : base(parameters, options)
    {
    }

    /// <summary>Their settings.</summary>
    public new TOptions Options => (TOptions)base.Options;
}
