using Pipeline.Setup.Cli.Machine;

namespace Pipeline.Setup.Tests.Machine;

public sealed class SharedLibrariesTests
{
    [Fact]
    public void Parse_LinesOfLdd_TellsFoundFromMissing()
    {
        string[] lines = ["\tlinux-vdso.so.1 (0x00007ffd)", "\tlibcudart.so.13 => not found", "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f00)", "\t/lib64/ld-linux-x86-64.so.2 (0x00007f11)"];

        Assert.Equal([new LibraryNeed("libcudart.so.13", null), new LibraryNeed("libc.so.6", "/lib/x86_64-linux-gnu/libc.so.6")], SharedLibraries.Parse(lines));
    }

    [Fact]
    public void Needs_LibraryOfTheRuntime_FindsTheCLibrary()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ldd is Linux's");
        string library = Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location) ?? ".", "libSystem.Native.so");

        Assert.Contains(SharedLibraries.Needs(library), need => need.Name == "libc.so.6" && File.Exists(need.Path));
    }

    [Fact]
    public void Find_LibraryOfTheSystem_IsInTheLoadersList()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ldconfig is Linux's");

        Assert.True(File.Exists(SharedLibraries.Find("libc.so.6")));
        Assert.Null(SharedLibraries.Find("libnobody-has-this.so.99"));
    }
}
