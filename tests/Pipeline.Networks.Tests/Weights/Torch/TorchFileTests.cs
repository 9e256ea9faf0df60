using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Weights;
using Pipeline.Networks.Weights.Reading;
using Pipeline.Networks.Weights.Torch;

namespace Pipeline.Networks.Tests.Weights.Torch;

/// <summary>Files that PyTorch 1.13 wrote (tests/data/weights/make_torch.py).</summary>
public sealed class TorchFileTests
{
    [Theory]
    [InlineData("zip.pth", "PyTorch")]
    [InlineData("legacy.pth", "PyTorch, legacy format")]
    [InlineData("wrapped.pth", "PyTorch")]
    [InlineData("wrapped-legacy.pth", "PyTorch, legacy format")]
    public void Read_EveryTypeAndView_GivesTheValues(string file, string format)
    {
        ImportedWeights weights = WeightsFile.Read(WeightsData.Path(file));

        float[] shared = WeightsData.Ramp(24, 5);
        Assert.Equal(format, weights.Format);
        Assert.Equal(12, weights.Tensors.Count);
        Expect("conv.weight", [4, 3, 3, 3], WeightsData.Ramp(108, 0));
        Expect("conv.bias", [4], WeightsData.Ramp(4, 1));
        Expect("half", [2, 3], WeightsData.Ramp(6, 2));
        Expect("brain", [2, 3], WeightsData.Ramp(6, 3));
        Expect("double", [2, 3], WeightsData.Ramp(6, 4));
        Expect("shared.whole", [4, 6], shared);
        Expect(
            "shared.transposed",
            [6, 4],
            [.. Enumerable.Range(0, 24).Select(index => shared[(index % 4 * 6) + (index / 4)])]
        );
        Expect("shared.column", [4], [shared[2], shared[8], shared[14], shared[20]]);
        Expect("shared.block", [2, 3], [shared[7], shared[8], shared[9], shared[13], shared[14], shared[15]]);
        Expect("scalar", [], WeightsData.Ramp(1, 6));
        Expect("empty", [0, 3], []);
        Assert.Equal([7L], weights.Tensors["bn.num_batches_tracked"].AsInt64().ToArray());

        void Expect(string name, long[] shape, float[] values)
        {
            Assert.Equal(shape, weights.Tensors[name].Shape);
            Assert.Equal(values, WeightsData.Values(weights.Tensors[name]));
        }
    }

    [Fact]
    public void Read_ElementTypes_AreKept()
    {
        WeightSet tensors = WeightsFile.Read(WeightsData.Path("zip.pth")).Tensors;

        Assert.Equal(TensorElementType.Float16, tensors["half"].ElementType);
        Assert.Equal(TensorElementType.BFloat16, tensors["brain"].ElementType);
        Assert.Equal(TensorElementType.Float64, tensors["double"].ElementType);
        Assert.Equal(TensorElementType.Int64, tensors["bn.num_batches_tracked"].ElementType);
    }

    [Fact]
    public void Read_Wrapped_SaysWhatWasUnwrapped()
    {
        ImportedWeights weights = WeightsFile.Read(WeightsData.Path("wrapped.pth"));

        Assert.Equal(
            ["The tensors were taken from its entry 'state_dict'.", "The prefix 'module.' was taken off every name."],
            weights.Notes
        );
    }

    [Theory]
    [InlineData("runs-code.pth", "posix.system")]
    [InlineData("runs-code-legacy.pth", "posix.system")]
    [InlineData("whole-module.pth", "torch.nn.modules.linear.Linear")]
    [InlineData("whole-module.pth", "torch.save(model.state_dict(), path)")]
    [InlineData("expanded.pth", "'torch._utils._rebuild_tensor_v2'")]
    [InlineData("shared-200.pth", "share storages")]
    [InlineData("compressed.pth", "stores without compression")]
    [InlineData("overlapping.pth", "its entries claim 100004 bytes together and the file has ")]
    [InlineData("script.pt", "TorchScript")]
    [InlineData("not-torch.pth", "0 entries 'data.pkl'")]
    public void Read_WhatIsNoStateDict_IsRefusedByName(string file, string expected)
    {
        WeightsException error = Assert.Throws<WeightsException>(() => WeightsFile.Read(WeightsData.Path(file)));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists("/tmp/pipeline-pickle-was-run"));
    }

    [Theory]
    [InlineData("zip.pth")]
    [InlineData("legacy.pth")]
    public void Read_EveryTruncation_IsRefused(string file)
    {
        byte[] bytes = WeightsData.Bytes(file);

        for (int length = 0; length < bytes.Length; length += 7)
        {
            byte[] part = bytes[..length];
            Assert.Throws<WeightsException>(() =>
                file == "zip.pth" ? TorchFile.ReadZip(new MemoryStream(part), file) : TorchFile.ReadLegacy(part, file)
            );
        }
    }

    [Fact]
    public void ReadZip_FlippedBitInAStorage_IsFoundByItsCheckSum()
    {
        byte[] bytes = WeightsData.Bytes("zip.pth");
        int storage = bytes.AsSpan().IndexOf(BitConverter.GetBytes(-15 / 8f)) + 2;
        bytes[storage] ^= 1;

        WeightsException error = Assert.Throws<WeightsException>(() =>
            TorchFile.ReadZip(new MemoryStream(bytes), "flipped.pth")
        );

        Assert.Contains("check sum", error.Message, StringComparison.Ordinal);
    }
}
