using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>An optimizer's memory as named tensors, so that a resumed phase goes on with the same bytes.</summary>
internal static class OptimizerTensors
{
    private const string Prefix = "optimizer.";

    /// <summary>Copies the memory out; what has not been used yet is left out.</summary>
    /// <param name="optimizer">The optimizer. Borrowed.</param>
    /// <param name="keyOf">State-dict key of a parameter.</param>
    internal static IReadOnlyList<TensorData> Read(optim.Optimizer optimizer, Func<Parameter, string> keyOf)
    {
        var tensors = new List<TensorData>();
        foreach ((string key, OptimizerState state, _) in States(optimizer, keyOf))
        {
            foreach ((string name, Tensor? tensor) in Parts(state))
            {
                if (tensor is not null)
                {
                    tensors.Add(
                        TensorData.FromFloat32($"{Prefix}{key}.{name}", tensor.shape, MemoryFormats.ToArray(tensor))
                    );
                }
            }

            if (StepOf(state) is long step)
            {
                tensors.Add(TensorData.FromInt64($"{Prefix}{key}.step", [], [step]));
            }
        }

        return tensors;
    }

    /// <summary>Copies the memory back in.</summary>
    /// <param name="optimizer">A new optimizer of the same kind over the same parameters.</param>
    /// <param name="keyOf">State-dict key of a parameter.</param>
    /// <param name="tensors">What <see cref="Read"/> gave. Borrowed.</param>
    /// <exception cref="WeightsException">A tensor is missing.</exception>
    internal static void Write(optim.Optimizer optimizer, Func<Parameter, string> keyOf, WeightSet tensors)
    {
        foreach ((string key, OptimizerState state, Device device) in States(optimizer, keyOf))
        {
            switch (state)
            {
                case SGD.State sgd:
                    sgd.momentum_buffer = tensors.TryGet($"{Prefix}{key}.momentum_buffer", out TensorData? buffer)
                        ? ToTensor(buffer, device)
                        : null;
                    break;
                case Adam.State adam:
                    adam.step = tensors[$"{Prefix}{key}.step"].AsInt64()[0];
                    Overwrite(adam.exp_avg, tensors[$"{Prefix}{key}.exp_avg"]);
                    Overwrite(adam.exp_avg_sq, tensors[$"{Prefix}{key}.exp_avg_sq"]);
                    break;
                case AdamW.State adam: // a type of its own in TorchSharp
                    adam.step = tensors[$"{Prefix}{key}.step"].AsInt64()[0];
                    Overwrite(adam.exp_avg, tensors[$"{Prefix}{key}.exp_avg"]);
                    Overwrite(adam.exp_avg_sq, tensors[$"{Prefix}{key}.exp_avg_sq"]);
                    break;
                case RMSProp.State rmsProp:
                    rmsProp.step = tensors[$"{Prefix}{key}.step"].AsInt64()[0];
                    Overwrite(rmsProp.square_avg, tensors[$"{Prefix}{key}.square_avg"]);
                    rmsProp.momentum_buffer = tensors.TryGet($"{Prefix}{key}.momentum_buffer", out TensorData? momentum)
                        ? ToTensor(momentum, device)
                        : null;
                    break;
                default:
                    throw new NotSupportedException($"The memory of {state.GetType().FullName} has no file form.");
            }
        }
    }

    private static IEnumerable<(string Key, OptimizerState State, Device Device)> States(
        optim.Optimizer optimizer,
        Func<Parameter, string> keyOf
    ) =>
        optimizer
            .parameters()
            .Zip(
                ((OptimizerHelper)optimizer).state_dict().State,
                (parameter, state) => (keyOf(parameter), state, parameter.device)
            );

    private static (string Name, Tensor? Tensor)[] Parts(OptimizerState state) =>
        state switch
        {
            SGD.State sgd => [("momentum_buffer", sgd.momentum_buffer)],
            Adam.State adam => [("exp_avg", adam.exp_avg), ("exp_avg_sq", adam.exp_avg_sq)],
            AdamW.State adam => [("exp_avg", adam.exp_avg), ("exp_avg_sq", adam.exp_avg_sq)],
            RMSProp.State rmsProp => [("square_avg", rmsProp.square_avg), ("momentum_buffer", rmsProp.momentum_buffer)],
            _ => throw new NotSupportedException($"The memory of {state.GetType().FullName} has no file form."),
        };

    private static long? StepOf(OptimizerState state) =>
        state switch
        {
            Adam.State adam => adam.step,
            AdamW.State adam => adam.step,
            RMSProp.State rmsProp => rmsProp.step,
            _ => null,
        };

    private static Tensor ToTensor(TensorData data, Device device)
    {
        using Tensor host = tensor(data.AsFloat32().ToArray(), [.. data.Shape]);
        using Tensor there = host.to(device);
        return there.alias().DetachFromDisposeScope();
    }

    private static void Overwrite(Tensor target, TensorData data)
    {
        using IDisposable noGrad = no_grad();
        using Tensor values = tensor(data.AsFloat32().ToArray(), [.. data.Shape]);
        target.copy_(values);
    }
}
