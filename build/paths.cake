/// Where things are; one object that every task takes.
public sealed record BuildPaths(DirectoryPath Root)
{
    public string Configuration => "Release";
    public DirectoryPath Artifacts => Root.Combine("artifacts");
    public DirectoryPath Npm => Root.Combine("build/npm");
    public DirectoryPath TestResults => Artifacts.Combine("test-results");
    public DirectoryPath Package => Artifacts.Combine("package/release");
    public FilePath Solution => Root.CombineWithFilePath("Pipeline.sln");
    public FilePath Programs => Root.CombineWithFilePath("build/Programs.slnf");

    public FilePath Program(string project, string name) =>
        Artifacts.CombineWithFilePath($"bin/{project}/{Configuration.ToLowerInvariant()}/{name}.dll");
}

Setup(context => new BuildPaths(context.MakeAbsolute(context.Directory("./"))));

/// Runs a program; when it fails it has said why, so the build ends with its exit code and no word of its own.
void Run(string program, string arguments, DirectoryPath folder = null)
{
    var settings = new ProcessSettings { Arguments = arguments };
    if (folder is not null)
    {
        settings.WorkingDirectory = folder;
    }
    var exitCode = StartProcess(program, settings);
    if (exitCode != 0)
    {
        Environment.Exit(exitCode);
    }
}
