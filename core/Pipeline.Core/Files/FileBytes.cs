namespace Pipeline.Core.Files;

/// <summary>Compares files by what is in them.</summary>
public static class FileBytes
{
    private const int BufferBytes = 1 << 16;

    /// <summary>Whether two files hold the same bytes. Reads no further than to the first that differs.</summary>
    /// <param name="path">A file that is there.</param>
    /// <param name="other">Another one.</param>
    /// <returns>Whether they do.</returns>
    /// <exception cref="IOException">One of them cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to read one of them.</exception>
    public static bool AreEqual(string path, string other)
    {
        using FileStream left = File.OpenRead(path);
        using FileStream right = File.OpenRead(other);
        if (left.Length != right.Length)
        {
            return false;
        }

        byte[] one = new byte[BufferBytes];
        byte[] two = new byte[BufferBytes];
        int read;
        while ((read = left.ReadAtLeast(one, one.Length, throwOnEndOfStream: false)) > 0)
        {
            if (
                right.ReadAtLeast(two, two.Length, throwOnEndOfStream: false) != read
                || !one.AsSpan(0, read).SequenceEqual(two.AsSpan(0, read))
            )
            {
                return false;
            }
        }

        return true;
    }
}
