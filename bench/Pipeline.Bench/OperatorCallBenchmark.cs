using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Bench;

/// <summary>
/// The cost of calling an operator at all: ReLU of one number, a hundred thousand times, inside a dispose scope as the trainer has it. <c>bench/peers/operator_call.cpp</c> makes the same
/// calls directly in C++, <c>bench/peers/operator_call.py</c> from Python.
/// </summary>
internal static class OperatorCallBenchmark
{
    internal const int Calls = 100_000;
    private const int CallsPerScope = 100;

    internal static Measurement Create()
    {
        Tensor one = ones(1);
        return new Measurement("operator call (relu of 1 number)", () =>
        {
            using IDisposable noGrad = no_grad();
            for (int call = 0; call < Calls; call += CallsPerScope)
            {
                using DisposeScope scope = NewDisposeScope();
                for (int inner = 0; inner < CallsPerScope; inner++)
                {
                    one.relu();
                }
            }
        });
    }
}
