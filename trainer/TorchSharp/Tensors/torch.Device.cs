using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The processor.</summary>
    public static Device CPU { get; } = new(DeviceType.CPU);

    /// <summary>The current CUDA device.</summary>
    public static Device CUDA { get; } = new(DeviceType.CUDA);

    /// <summary>Parses a device such as <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    public static Device device(string description) => new(description);

    /// <summary>A device by kind and index; -1 means the current one of its kind.</summary>
    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    /// <summary>Where a tensor's elements live. Immutable; equal when kind and index are.</summary>
    [SuppressMessage("Naming", "CA1708", Justification = "torch.device() and torch.Device are TorchSharp's names.")]
    public sealed class Device : IEquatable<Device>
    {
        /// <summary>Parses a device such as <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
        /// <exception cref="ArgumentException">The text names no known device.</exception>
        public Device(string description)
        {
            ArgumentNullException.ThrowIfNull(description);
            string[] parts = description.Split(':');
            bool known = Enum.TryParse(parts[0], ignoreCase: true, out DeviceType parsed) && !char.IsAsciiDigit(description[0]);
            int number = -1;
            bool indexed = parts.Length == 1 || (parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out number));
            if (!known || !indexed)
            {
                throw new ArgumentException($"'{description}' is not a device; expected cpu, cuda or cuda:<index>.", nameof(description));
            }

            type = parsed;
            index = number;
        }

        /// <summary>A device by kind and index; -1 means the current one of its kind.</summary>
        public Device(DeviceType deviceType, int index = -1)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(index, -1);
            type = deviceType;
            this.index = index;
        }

        /// <summary>The kind of device.</summary>
        public DeviceType type { get; }

        /// <summary>Which one of its kind; -1 for the current one.</summary>
        public int index { get; }

        /// <summary>Parses a device, as the constructor does.</summary>
        [SuppressMessage("Usage", "CA2225", Justification = "The constructor is the named alternative.")]
        public static implicit operator Device(string description) => new(description);

        /// <inheritdoc/>
        public bool Equals(Device? other) => other is not null && other.type == type && other.index == index;

        /// <inheritdoc/>
        public override bool Equals(object? obj) => Equals(obj as Device);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(type, index);

        /// <summary>The form that the constructor parses.</summary>
        public override string ToString()
        {
            string name = type switch { DeviceType.CPU => "cpu", DeviceType.CUDA => "cuda", _ => "meta" };
            return index < 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}:{index}");
        }
    }
}
