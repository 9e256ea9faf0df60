namespace Pipeline.Trainer.Training;

/// <summary>Numbers from a symmetric Beta distribution.</summary>
/// <remarks>
/// As the share of two Gamma numbers, each by Marsaglia and Tsang 2000, with their power for shapes below 1; the normal
/// numbers by Box and Muller 1958.
/// </remarks>
internal static class BetaSample
{
    /// <summary>Draws one number.</summary>
    /// <param name="alpha">Both parameters, positive.</param>
    /// <param name="uniform">Gives numbers in [0, 1); asked a few times.</param>
    /// <returns>A number in [0, 1].</returns>
    internal static double Draw(double alpha, Func<double> uniform)
    {
        double first = Gamma(alpha, uniform),
            second = Gamma(alpha, uniform);
        return first + second > 0 ? first / (first + second)
            : uniform() < 0.5 ? 0
            : 1; // both vanish for a tiny alpha, whose numbers are 0 or 1
    }

    private static double Gamma(double shape, Func<double> uniform)
    {
        if (shape < 1)
        {
            return Gamma(shape + 1, uniform) * Math.Pow(1 - uniform(), 1 / shape);
        }

        double d = shape - (1.0 / 3),
            c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - uniform())) * Math.Cos(2 * Math.PI * uniform());
            double v = Math.Pow(1 + (c * normal), 3);
            if (v > 0 && Math.Log(1 - uniform()) < (0.5 * normal * normal) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }
}
