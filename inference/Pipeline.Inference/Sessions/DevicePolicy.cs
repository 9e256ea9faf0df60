namespace Pipeline.Inference.Sessions;

/// <summary>What happens when a device that was asked for by name cannot be used.</summary>
public enum DevicePolicy
{
    /// <summary>Opening the model fails, with the native reason.</summary>
    Fail,

    /// <summary>The CPU is used and a warning is logged.</summary>
    Warn,

    /// <summary>The CPU is used; <see cref="DeviceReport"/> still says so.</summary>
    Cpu,
}
