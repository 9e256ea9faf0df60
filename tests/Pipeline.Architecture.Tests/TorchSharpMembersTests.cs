using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Pipeline.Architecture.Tests;

/// <summary>The trainer must compile against the real TorchSharp, so what it uses of it is written down, read from the compiled assemblies.</summary>
public sealed class TorchSharpMembersTests
{
    private static readonly string[] Programs = ["Pipeline.Trainer", "pipeline-train"];
    private static readonly string ListPath = Path.Combine(SourceTree.Root, "trainer", "TorchSharp", "README.md");

    [Fact]
    public void Readme_ListOfMembers_IsWhatTheTrainerUses()
    {
        string[] listed = [.. File.ReadLines(ListPath).SkipWhile(line => line != "```members").Skip(1).TakeWhile(line => line != "```")];

        string[] used = [.. Programs.SelectMany(MembersUsed).Distinct().Order(StringComparer.Ordinal)];

        Assert.True(used.SequenceEqual(listed), $"{ListPath}: expected between ```members and ```:\n{string.Join('\n', used)}");
    }

    /// <summary>The newest build.</summary>
    private static string AssemblyOf(string project) => Directory
        .EnumerateFiles(Path.Combine(SourceTree.Root, "artifacts", "bin"), $"{project}.dll", SearchOption.AllDirectories)
        .MaxBy(File.GetLastWriteTimeUtc) ?? throw new FileNotFoundException($"{project}.dll is not built.");

    private static IEnumerable<string> MembersUsed(string project)
    {
        using var file = new PEReader(File.OpenRead(AssemblyOf(project)));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.MemberReferences
            .Select(metadata.GetMemberReference)
            .Select(member => (Type: TypeName(metadata, member.Parent), Name: metadata.GetString(member.Name)))
            .Where(member => member.Type is not null)
            .Select(member => $"{member.Type}.{member.Name.Replace("get_", string.Empty, StringComparison.Ordinal).Replace("set_", string.Empty, StringComparison.Ordinal)}")];
    }

    /// <summary>The name of a type of TorchSharp; <c>null</c> for others.</summary>
    private static string? TypeName(MetadataReader metadata, EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeSpecification)
        {
            TypeSpecification specification = metadata.GetTypeSpecification((TypeSpecificationHandle)parent);
            BlobReader blob = metadata.GetBlobReader(specification.Signature);
            return blob.ReadByte() == (byte)SignatureTypeCode.GenericTypeInstance && blob.ReadByte() >= 0 ? TypeName(metadata, blob.ReadTypeHandle()) : null;
        }

        if (parent.Kind != HandleKind.TypeReference)
        {
            return null;
        }

        TypeReference type = metadata.GetTypeReference((TypeReferenceHandle)parent);
        string name = metadata.GetString(type.Name);
        return type.ResolutionScope.Kind switch
        {
            HandleKind.AssemblyReference when metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name) == "TorchSharp" => $"{metadata.GetString(type.Namespace)}.{name}",
            HandleKind.TypeReference => TypeName(metadata, type.ResolutionScope) is string outer ? $"{outer}.{name}" : null,
            _ => null,
        };
    }
}
