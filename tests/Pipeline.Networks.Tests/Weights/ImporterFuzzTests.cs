namespace Pipeline.Networks.Tests.Weights;

/// <summary>Damaged files: no crash, no hang, no allocation out of proportion.</summary>
public sealed class ImporterFuzzTests(ITestOutputHelper output)
{
    public static TheoryData<string> Importers => [.. ImporterFuzz.Importers.Keys];

    [Theory]
    [MemberData(nameof(Importers))]
    public void Read_FiveHundredMutations_EachIsReadOrRefused(string importer)
    {
        (int read, int refused, _) = ImporterFuzz.Run(importer, 500, seed: 1);

        Assert.Equal(500, read + refused);
        Assert.InRange(refused, 100, 500);
    }

    [Theory]
    [Trait("Kind", "Slow")]
    [MemberData(nameof(Importers))]
    public void Read_HundredThousandMutations_EachIsReadOrRefused(string importer)
    {
        (int read, int refused, long most) = ImporterFuzz.Run(importer, 100_000, seed: 1_000_000);

        output.WriteLine(
            FormattableString.Invariant($"{importer}: {read} read, {refused} refused, at most {most} bytes allocated")
        );
        Assert.Equal(100_000, read + refused);
    }
}
