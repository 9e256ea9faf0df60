namespace Pipeline.Inference.Tests.BadInput;

/// <summary>Damage by a seed: the same cases at every run.</summary>
internal static class Mutations
{
    /// <summary>Damages a file in one to four ways.</summary>
    /// <param name="seed">Which case.</param>
    /// <param name="content">The file.</param>
    /// <param name="other">Another file to take a piece from.</param>
    internal static byte[] Damage(int seed, byte[] content, byte[] other)
    {
        var random = new Random(seed);
        byte[] damaged = [.. content];
        for (int hits = random.Next(1, 5); hits > 0; hits--)
        {
            damaged = Hit(random, damaged, other);
        }

        return damaged;
    }

    private static byte[] Hit(Random random, byte[] content, byte[] other)
    {
        if (content.Length < 4)
        {
            return [.. content, (byte)random.Next(256)];
        }

        int at = random.Next(content.Length);
        int length = random.Next(1, Math.Min(64, content.Length - at) + 1);
        switch (random.Next(7))
        {
            case 0: // a bit
                content[at] ^= (byte)(1 << random.Next(8));
                return content;
            case 1: // a byte near the start, where the structure is
                content[random.Next(Math.Min(content.Length, 64))] = (byte)random.Next(256);
                return content;
            case 2: // a value that numbers dislike
                content[at] = new byte[] { 0, 1, 0x7F, 0x80, 0xFE, 0xFF }[random.Next(6)];
                return content;
            case 3: // a run of one value
                content.AsSpan(at, length).Fill((byte)random.Next(256));
                return content;
            case 4: // a piece twice
                return [.. content[..(at + length)], .. content[at..]];
            case 5: // a piece less, or the rest
                return random.Next(3) == 0 ? content[..at] : [.. content[..at], .. content[(at + length)..]];
            default: // a piece of another file
                int from = random.Next(other.Length);
                return
                [
                    .. content[..at],
                    .. other.AsSpan(from, Math.Min(length, other.Length - from)),
                    .. content[at..],
                ];
        }
    }
}
