using Pipeline.Core.Errors;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>No machine of ours has CUDA: how many devices there are is said by the test.</summary>
public sealed class TrainingDeviceTests
{
    [Theory]
    [InlineData("auto", 0, "CPU:0")]
    [InlineData("auto", 2, "CUDA:0")]
    [InlineData("cpu", 2, "CPU:0")]
    [InlineData("cuda", 1, "CUDA:0")]
    [InlineData("cuda:1", 2, "CUDA:1")]
    public void Choose_DeviceThatIsThere_IsTaken(string wanted, int cudaDevices, string expected)
    {
        (TorchSharp.DeviceType type, int index) = TrainingDevice.Choose(wanted, () => cudaDevices);

        Assert.Equal(expected, $"{type}:{index}");
    }

    [Theory]
    [InlineData("cuda", 0, "sees no CUDA device here. Train with --device cpu")]
    [InlineData("cuda:0", 0, "Device 'cuda:0' was asked for")]
    [InlineData("cuda:2", 2, "sees only 2 CUDA devices, cuda:0 to cuda:1 here")]
    [InlineData("gpu", 1, "Device 'gpu' is not known, expected auto, cpu, cuda or cuda:<index>")]
    [InlineData("cuda:x", 1, "Device 'cuda:x' is not known")]
    [InlineData("cuda:-1", 1, "Device 'cuda:-1' is not known")]
    [InlineData("cpu:0", 1, "Device 'cpu:0' is not known")]
    public void Choose_DeviceThatIsNotThere_IsAnError(string wanted, int cudaDevices, string expected)
    {
        DeviceException error = Assert.Throws<DeviceException>(() => TrainingDevice.Choose(wanted, () => cudaDevices));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
