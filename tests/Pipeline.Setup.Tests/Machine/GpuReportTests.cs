using Pipeline.Setup.Cli.Libtorch;
using Pipeline.Setup.Cli.Machine;

namespace Pipeline.Setup.Tests.Machine;

/// <summary>What a user reads at the end of the set-up, on made-up machines.</summary>
public sealed class GpuReportTests
{
    private static readonly LibtorchFolder Cuda117 = new("/cache/libtorch", new Version(1, 13, 1), new Version(11, 7), HasCuda: true);
    private static readonly NvidiaDriver NoDriver = new(null, null, []), Driver = new("/usr/lib/libcuda.so.1", new Version(580, 65, 6), ["Tesla T4"]);
    private static readonly LibraryNeed[] AllHere = [new("libcublas.so.13", "/usr/lib/libcublas.so.13"), new("libcudnn.so.9", "/usr/lib/libcudnn.so.9")];

    [Fact]
    public void Lines_MachineWithNothing_NameWhatIsMissingAndSayCpu()
    {
        var report = new GpuReport
        {
            Driver = NoDriver,
            Libtorch = null,
            LibtorchNeeds = [],
            TrainingDevices = (0, null),
            CudaNeeds = [new("libcublasLt.so.13", null), new("libcuda.so.1", null), new("libc.so.6", "/lib/libc.so.6"), new("libcudnn.so.9", null)],
            TensorRtNeeds = [new("libnvinfer.so.10", null)],
        };

        Assert.Equal(
            [
                "driver         not found: the loader knows no libcuda.so.1. It comes with NVIDIA's driver, https://www.nvidia.com/drivers",
                "libtorch       the system's, which has no CUDA",
                "ONNX Runtime   CUDA: lacks libcublasLt.so.13, libcuda.so.1, libcudnn.so.9; TensorRT: lacks libnvinfer.so.10",
                "               CUDA 13 (libcudart, libcublas, libcurand), cuDNN 9 and TensorRT 10 (libnvinfer, libnvonnxparser) come from https://developer.nvidia.com/cuda-downloads; nothing here installs them",
                "training       on the CPU: libtorch has no CUDA",
                "scoring        on the CPU: CUDA's libraries are missing",
            ],
            report.Lines());
    }

    [Fact]
    public void Lines_MachineWithEverything_SayWhichDevicesAreTaken()
    {
        GpuReport report = Good() with { TrainingDevices = (2, null) };

        Assert.Equal(
            [
                "driver         580.65.6, /usr/lib/libcuda.so.1; Tesla T4",
                "libtorch       1.13.1, CUDA 11.7; libcublas.so.11 found, libcudnn.so.8 found, nothing missing",
                "ONNX Runtime   CUDA: libcublas.so.13 found, libcudnn.so.9 found, nothing missing; TensorRT: libcublas.so.13 found, libcudnn.so.9 found, nothing missing",
                "training       --device auto takes cuda:0; libtorch sees 2 CUDA devices",
                "scoring        --device auto takes CUDA, if its self-test passes when a model is loaded",
            ],
            report.Lines());
    }

    [Fact]
    public void Lines_LibrariesButNoDriver_SayWhatStandsInTheWay()
    {
        string[] lines = [.. (Good() with { Driver = NoDriver, TrainingDevices = (0, null) }).Lines()];

        Assert.Equal(["training       on the CPU: there is no driver", "scoring        on the CPU: there is no driver"], lines[^2..]);
    }

    [Fact]
    public void Lines_DriverTooOldForOne_TellsThemApart()
    {
        GpuReport report = Good() with { Driver = Driver with { Version = new Version(535, 104, 5) }, TrainingDevices = (1, null) };

        string[] lines = [.. report.Lines()];

        Assert.Equal(["training       --device auto takes cuda:0; libtorch sees 1 CUDA device", "scoring        on the CPU: CUDA 13 needs driver 580 or newer, this one is 535.104.5"], lines[^2..]);
    }

    [Fact]
    public void Lines_ShimThatDoesNotLoad_SayWhy()
    {
        GpuReport report = Good() with { TrainingDevices = (0, "libcudart.so.11.0: cannot open shared object file") };

        Assert.Contains("training       not possible: libcudart.so.11.0: cannot open shared object file", report.Lines());
    }

    [Fact]
    public void Count_NoShim_IsAFaultInWords()
    {
        (int count, string? fault) = ShimDevices.Count("/nowhere/libpipeline_torch.so");

        Assert.Equal(0, count);
        Assert.Contains("/nowhere/libpipeline_torch.so", fault, StringComparison.Ordinal);
    }

    private static GpuReport Good() => new()
    {
        Driver = Driver,
        Libtorch = Cuda117,
        LibtorchNeeds = [new("libcublas.so.11", "/cache/libtorch/lib/libcublas.so.11"), new("libcudnn.so.8", "/cache/libtorch/lib/libcudnn.so.8")],
        TrainingDevices = (1, null),
        CudaNeeds = AllHere,
        TensorRtNeeds = AllHere,
    };
}
