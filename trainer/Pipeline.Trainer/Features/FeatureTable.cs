using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;

namespace Pipeline.Trainer.Features;

/// <summary>
/// Features of images in a file, one row each. Only the rows asked for are read, so memory does not grow with the
/// number of images; the operating system's page cache keeps what fits. Read at an offset rather than mapped: a file
/// that is cut short then gives an error instead of ending the process, and its pages do not count as this process's
/// memory.
/// </summary>
internal sealed class FeatureTable : IDisposable
{
    private readonly string path;
    private readonly SafeFileHandle file;
    private readonly long start;

    private FeatureTable(string path, SafeFileHandle file)
    {
        this.path = path;
        this.file = file;
        SafetensorsIndex index = SafetensorsIndex.Read(file, path);
        if (
            index.Find(FeatureFile.Features)
                is not { ElementType: TensorElementType.Float32, Shape: [long rows, long features] } table
            || rows > int.MaxValue
            || features > int.MaxValue
        )
        {
            throw new WeightsException(
                $"Feature file '{path}' has no matrix '{FeatureFile.Features}'. Delete it; it will be computed again."
            )
            {
                Subject = path,
            };
        }

        Count = (int)rows;
        FeatureCount = (int)features;
        start = index.DataStart + table.Start;
        ClassIndexes = Indexes(index, FeatureFile.ClassIndexes);
        SampleIndexes = Indexes(index, FeatureFile.SampleIndexes);
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Numbers per row.</summary>
    public int FeatureCount { get; }

    /// <summary>True class per row. Do not modify.</summary>
    public long[] ClassIndexes { get; }

    /// <summary>Position of each row's image in the list of samples. Do not modify.</summary>
    public long[] SampleIndexes { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">A file that <see cref="FeatureCache"/> wrote.</param>
    /// <returns>The table. Owned by the caller.</returns>
    /// <exception cref="WeightsException">The file is damaged or no feature file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FeatureTable Open(string path)
    {
        SafeFileHandle file = File.OpenHandle(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            FileOptions.RandomAccess
        );
        try
        {
            return new FeatureTable(path, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads consecutive rows.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="destination">Receives row-major <c>[rows, F]</c>; its length says how many.</param>
    /// <exception cref="WeightsException">The file has become shorter.</exception>
    public void Read(int row, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(row + (destination.Length / FeatureCount), Count);
        Fill(start + ((long)row * FeatureCount * sizeof(float)), MemoryMarshal.AsBytes(destination));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    private long[] Indexes(SafetensorsIndex index, string name)
    {
        if (index.Find(name) is not { ElementType: TensorElementType.Int64, Shape: [long rows] } entry || rows != Count)
        {
            throw new WeightsException(
                $"Feature file '{path}' has no '{name}' for each of its {Count} rows. Delete it; "
                    + "it will be computed again."
            )
            {
                Subject = path,
            };
        }

        var values = new long[rows];
        Fill(index.DataStart + entry.Start, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private void Fill(long position, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            int read = RandomAccess.Read(file, destination, position);
            if (read == 0)
            {
                throw new WeightsException(
                    $"Feature file '{path}' ends at byte {position}, before its last row. Delete it; "
                        + "it will be computed again."
                )
                {
                    Subject = path,
                };
            }

            destination = destination[read..];
            position += read;
        }
    }
}
