namespace Pipeline.Trainer.Data;

/// <summary>
/// Image folders that are written once from a data set in another form, under a temporary name first, so that half a
/// folder is never taken for a whole one.
/// </summary>
internal static class GeneratedFolder
{
    /// <summary>Writes a folder if it is not there yet.</summary>
    /// <param name="target">Path of the folder.</param>
    /// <param name="write">Fills the folder whose path it is given.</param>
    /// <returns><paramref name="target"/>.</returns>
    internal static string Prepare(string target, Action<string> write)
    {
        if (Directory.Exists(target))
        {
            return target;
        }

        string temporary = $"{target}.{Environment.ProcessId}.tmp";
        try
        {
            write(temporary);
            Directory.Move(temporary, target);
            return target;
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }
}
