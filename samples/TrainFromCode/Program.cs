// Trains from code, on the images of a zip <class>/<name>.jpg: dotnet run --project samples/TrainFromCode r.yaml p.zip
using System.IO.Compression;
using Pipeline.Trainer.Execution;
using Pipeline.Training;

var trainer = ImageTrainer.FromFile(args[0], new ImageTrainerOptions { Images = ReadZip(args[1]) });
await foreach (TrainingUpdate update in trainer.TrainAsync())
{
    if (update is EpochFinished or ModelExported or RunFinished)
    {
        Console.WriteLine(update);
    }
}

static async IAsyncEnumerable<LabelledImage> ReadZip(string path)
{
    using ZipArchive zip = ZipFile.OpenRead(path);
    foreach (ZipArchiveEntry entry in zip.Entries.Where(entry => entry.FullName.Split('/') is [_, not ""]))
    {
        using var bytes = new MemoryStream();
        await using Stream file = await entry.OpenAsync();
        await file.CopyToAsync(bytes);
        yield return new LabelledImage(entry.Name, entry.FullName.Split('/')[0], bytes.ToArray());
    }
}
