namespace TorchSharp.Tests.Support;

/// <summary>Autograd against central differences, in double precision.</summary>
internal static class GradientCheck
{
    private const double Step = 1e-6;

    /// <summary>Rounding of the difference quotient (1e-16 / 1e-6) and the third-order term (1e-12), with room for summed elements.</summary>
    private const double Tolerance = 1e-7;

    /// <summary>Checks the gradient of a weighted sum of the function's result with respect to its input.</summary>
    internal static void Check(Func<torch.Tensor, torch.Tensor> function, torch.Tensor input)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = input.detach().to(torch.float64, copy: true).requires_grad_();
        torch.Tensor result = function(x);
        torch.Tensor weights = torch.linspace(0.5, 1.5, result.numel(), torch.float64).reshape(result.shape);
        (result * weights).sum().backward();

        TensorAssert.Near(Numeric(function, x, weights), x.grad!, Tolerance);
    }

    private static double[] Numeric(Func<torch.Tensor, torch.Tensor> function, torch.Tensor x, torch.Tensor weights)
    {
        using IDisposable unrecorded = torch.no_grad();
        double[] values = TensorAssert.ToDoubles(x);
        double[] slopes = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            slopes[i] = (At(i, Step) - At(i, -Step)) / (2 * Step);
        }

        return slopes;

        double At(int position, double offset)
        {
            double[] moved = [.. values];
            moved[position] += offset;
            return (function(torch.tensor(moved, x.shape)) * weights).sum().ToDouble();
        }
    }
}
