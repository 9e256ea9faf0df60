namespace Pipeline.Trainer.Augmentation;

/// <summary>
/// Random numbers by position instead of by state: a pure function of a seed and a few counters. What an image goes
/// through in an epoch does not depend on the order of reading, the number of workers or where a run was resumed.
/// </summary>
/// <remarks>Source: the finalizer of SplitMix64, Steele, Lea and Flood 2014, applied to each counter in turn.</remarks>
internal static class CounterRandom
{
    /// <summary>64 random bits.</summary>
    /// <param name="counters">Seed, purpose and position, in a fixed order.</param>
    /// <returns>A number that looks random and is the same for the same counters.</returns>
    public static ulong Bits(params ReadOnlySpan<long> counters)
    {
        ulong state = 0;
        foreach (long counter in counters)
        {
            state = Mix(state + 0x9E3779B97F4A7C15UL + (ulong)counter);
        }

        return Mix(state);
    }

    /// <summary>A number in [0, 1), multiples of 2^-53.</summary>
    /// <param name="counters">Seed, purpose and position, in a fixed order.</param>
    /// <returns>A uniform number.</returns>
    public static double Uniform(params ReadOnlySpan<long> counters) => (Bits(counters) >> 11) * (1.0 / (1UL << 53));

    /// <summary>A random order (Fisher and Yates 1938, Durstenfeld's form).</summary>
    /// <param name="count">Number of items.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="purpose">Keeps orders for different purposes apart.</param>
    /// <param name="epoch">Epoch, or 0.</param>
    /// <returns>The numbers below <paramref name="count"/>, each once.</returns>
    public static int[] Permutation(int count, long seed, long purpose, long epoch)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int index = count - 1; index > 0; index--)
        {
            int other = (int)(Bits(seed, purpose, epoch, index) % (ulong)(index + 1));
            (order[index], order[other]) = (order[other], order[index]);
        }

        return order;
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
