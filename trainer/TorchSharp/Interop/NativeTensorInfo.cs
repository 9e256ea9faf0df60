using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>The C struct <c>pt_tensor_info</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeTensorInfo
{
    internal long ElementCount;
    internal int DimensionCount;
    internal int Dtype;
    internal int DeviceType;
    internal int DeviceIndex;
    internal int ElementSizeBytes;
    internal int RequiresGrad;
    internal int IsLeaf;
    internal int IsContiguous;
}
