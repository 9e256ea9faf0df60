using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Tests.Recipes;

public sealed class Int8ProcessorTests
{
    [Fact]
    public void HasVnni_OnLinux_IsWhatTheKernelSays()
    {
        Assert.SkipUnless(File.Exists("/proc/cpuinfo"), "only Linux lists the processor's features");
        string[] flags =
        [
            .. File.ReadLines("/proc/cpuinfo")
                .Where(line => line.StartsWith("flags", StringComparison.Ordinal))
                .Take(1)
                .SelectMany(line => line.Split(' ')),
        ];

        Assert.Equal(flags.Contains("avx512_vnni") || flags.Contains("avx_vnni"), Int8Processor.HasVnni);
    }

    [Fact]
    public void ReduceRange_WithoutVnni_IsTheDefaultOnX86Only() =>
        Assert.Equal(
            System.Runtime.Intrinsics.X86.X86Base.IsSupported && !Int8Processor.HasVnni,
            new QuantizationRecipe().ReduceRange
        );
}
