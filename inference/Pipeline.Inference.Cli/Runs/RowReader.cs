using Pipeline.Inference.Reporting;

namespace Pipeline.Inference.Cli.Runs;

/// <summary>
/// Cuts a file of predictions into rows, as bytes. Only a whole row, with its line end, is one: what a killed program
/// left at the end is not. A line end between quotes belongs to the row. Memory is one row.
/// </summary>
/// <param name="stream">The file. Borrowed.</param>
/// <param name="format">Its spelling.</param>
internal sealed class RowReader(Stream stream, PredictionFormat format)
{
    private const int LargestRow = 1 << 26; // damage that opens a quote must not pull the whole file into memory

    private byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;

    /// <summary>Bytes of the rows read so far: where the next one begins.</summary>
    internal long Position { get; private set; }

    /// <summary>Reads the next row.</summary>
    /// <param name="row">Its bytes with the line end. Borrowed until the next call.</param>
    /// <returns>Whether there was another whole row.</returns>
    internal bool TryRead(out ReadOnlySpan<byte> row)
    {
        bool isQuoted = false;
        int at = start;
        while (true)
        {
            for (; at < end; at++)
            {
                byte value = buffer[at];
                if (value == '"' && format == PredictionFormat.Csv)
                {
                    isQuoted = !isQuoted; // a doubled quote turns it twice
                }
                else if (value == '\n' && !isQuoted)
                {
                    row = buffer.AsSpan(start, at + 1 - start);
                    start = at + 1;
                    Position += row.Length;
                    return true;
                }
            }

            int length = end - start;
            if (!Fill(length))
            {
                row = default;
                return false;
            }

            at = length; // the rest of the row was moved to the front
        }
    }

    private bool Fill(int length)
    {
        if (length == buffer.Length)
        {
            if (length >= LargestRow)
            {
                return false;
            }

            Array.Resize(ref buffer, 2 * length);
        }

        Array.Copy(buffer, start, buffer, 0, length);
        (start, end) = (0, length);
        int read = stream.Read(buffer, length, buffer.Length - length);
        end += read;
        return read > 0;
    }
}
