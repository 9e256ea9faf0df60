using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Errors;

namespace Pipeline.Inference.Sessions;

/// <summary>ONNX Runtime's execution providers: the name, how one is asked for, and what it needs.</summary>
internal static class ExecutionProviders
{
    private const string GpuBuild =
        "Install the GPU build of ONNX Runtime (the package Microsoft.ML.OnnxRuntime.Gpu; ./build.sh --gpu takes it), ";

    /// <summary>ONNX Runtime's name for what runs a device.</summary>
    /// <param name="device">Any but <see cref="ScoringDevice.Auto"/>.</param>
    /// <returns>As <c>GetAvailableProviders</c> lists it.</returns>
    internal static string NameOf(ScoringDevice device) =>
        device switch
        {
            ScoringDevice.Cpu => "CPUExecutionProvider",
            ScoringDevice.Cuda => "CUDAExecutionProvider",
            ScoringDevice.Tensorrt => "TensorrtExecutionProvider",
            ScoringDevice.Webgpu => "WebGpuExecutionProvider",
            _ => throw new ArgumentOutOfRangeException(nameof(device), device, "No provider runs this device."),
        };

    /// <summary>The name people know it by.</summary>
    /// <param name="device">Any but <see cref="ScoringDevice.Auto"/>.</param>
    /// <returns>For a message.</returns>
    internal static string TitleOf(ScoringDevice device) =>
        device switch
        {
            ScoringDevice.Cuda => "CUDA",
            ScoringDevice.Tensorrt => "TensorRT",
            ScoringDevice.Webgpu => "WebGPU",
            _ => "CPU",
        };

    /// <summary>What a machine needs for a device.</summary>
    /// <param name="device">A device that is no CPU.</param>
    /// <returns>A sentence that tells a person what to install.</returns>
    internal static string Needs(ScoringDevice device) =>
        device switch
        {
            ScoringDevice.Cuda => GpuBuild + "the NVIDIA driver, and the CUDA and cuDNN libraries it wants",
            ScoringDevice.Tensorrt => GpuBuild
                + "the NVIDIA driver, and the CUDA, cuDNN and TensorRT libraries it wants",
            _ => "Use a build of ONNX Runtime with WebGPU and a Vulkan, Direct3D 12 or Metal driver that Dawn accepts",
        };

    /// <summary>Asks for a device; what it cannot run goes to the next provider, in the end to the CPU.</summary>
    /// <param name="options">Receives the providers. Borrowed.</param>
    /// <param name="device">A device that is no CPU.</param>
    /// <param name="index">Which of several.</param>
    /// <exception cref="DeviceException">The index cannot be asked for.</exception>
    /// <exception cref="OnnxRuntimeException">The provider cannot be loaded.</exception>
    internal static void Append(SessionOptions options, ScoringDevice device, int index)
    {
        switch (device)
        {
            case ScoringDevice.Cuda:
                options.AppendExecutionProvider_CUDA(index);
                break;
            case ScoringDevice.Tensorrt:
                options.AppendExecutionProvider_Tensorrt(index);
                options.AppendExecutionProvider_CUDA(index);
                break;
            case ScoringDevice.Webgpu when index == 0:
                options.AppendExecutionProvider("WebGPU");
                break;
            default:
                throw new DeviceException(
                    $"the system picks the adapter of WebGPU, so a device index of {index} cannot be asked for; "
                        + "it must be 0"
                )
                {
                    Expected = "0",
                };
        }
    }
}
