using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp.Tests.Interop;

[Trait("Kind", "Contract")]
public sealed class StructSizeTests
{
    [Fact]
    public void NativeValue_SizeAndOffsets_MatchTheHeader()
    {
        Assert.Equal(NativeErrors.pt_sizeof_value(), Marshal.SizeOf<NativeValue>());
        Assert.Equal(4, Marshal.OffsetOf<NativeValue>(nameof(NativeValue.Length)));
        Assert.Equal(8, Marshal.OffsetOf<NativeValue>(nameof(NativeValue.Integer)));
    }

    [Fact]
    public void NativeTensorInfo_SizeAndOffsets_MatchTheHeader()
    {
        Assert.Equal(NativeErrors.pt_sizeof_tensor_info(), Marshal.SizeOf<NativeTensorInfo>());
        Assert.Equal(36, Marshal.OffsetOf<NativeTensorInfo>(nameof(NativeTensorInfo.IsContiguous)));
    }

    [Fact]
    public void AbiVersion_OfTheLoadedLibrary_IsTheExpectedOne() => Assert.Equal(NativeLibraryLoader.ExpectedAbiVersion, NativeErrors.pt_abi_version());
}
