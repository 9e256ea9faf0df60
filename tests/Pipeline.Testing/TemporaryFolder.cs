namespace Pipeline.Testing;

/// <summary>A folder of the test's own, removed with it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Path of the folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("pipeline-test-").FullName;

    /// <summary>Path of something in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, with its folders.</summary>
    public string Write(string name, string text)
    {
        string path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path) ?? Path);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Writes a file, with its folders.</summary>
    public string Write(string name, byte[] bytes)
    {
        string path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path) ?? Path);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Everything in it that is not there on purpose: names of temporary files.</summary>
    public IReadOnlyList<string> LeftOvers =>
        [
            .. Directory
                .EnumerateFiles(Path, "*", SearchOption.AllDirectories)
                .Where(file => file.EndsWith(".tmp", StringComparison.Ordinal)),
        ];

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
