using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;

namespace Pipeline.Inference.Sessions;

/// <summary>Makes the native session on the device that was asked for, or does what the policy says.</summary>
internal static class SessionOpener
{
    /// <summary>Opens a model file on the processor.</summary>
    /// <param name="modelPath">Path of the <c>.onnx</c> file.</param>
    /// <param name="options">Validated options.</param>
    /// <returns>The session, owned by the caller.</returns>
    /// <exception cref="ModelContractException">The file is missing, damaged or no model.</exception>
    internal static InferenceSession OpenOnCpu(string modelPath, ScoringOptions options)
    {
        RequireFile(modelPath);
        NativeRuntime.EnsureStarted();
        using SessionOptions native = NativeOptions(options);
        using var deadline = new Deadline(
            options.Timeout,
            () => native.SetLoadCancellationFlag(true),
            Overdue(options, modelPath)
        );
        try
        {
            return new InferenceSession(modelPath, native);
        }
        catch (OnnxRuntimeException error) when (deadline.HasPassed)
        {
            throw new ModelContractException(
                $"Model '{modelPath}' could not be opened within {deadline}. Allow it more time if it is one that "
                    + "you trust.",
                error
            )
            {
                Subject = modelPath,
            };
        }
        catch (OnnxRuntimeException error)
        {
            string reason = NativeMessage.Clean(error.Message, modelPath);
            throw new ModelContractException(
                $"Model '{modelPath}' cannot be loaded: {reason}. {NativeMessage.Remedy(reason)}",
                error
            )
            {
                Subject = modelPath,
            };
        }
    }

    /// <summary>
    /// Opens a model file on the device that was asked for; where that does not work, also not in its self-test, on the
    /// CPU if the policy allows it.
    /// </summary>
    /// <typeparam name="T">What stands on the session.</typeparam>
    /// <param name="modelPath">Path of the <c>.onnx</c> file.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="logger">Receives the fallback.</param>
    /// <param name="accept">Checks the session and takes it over; disposes it when it refuses.</param>
    /// <param name="openOn">Opens a session on a device that is no CPU; a test puts another in its place.</param>
    /// <returns>What <paramref name="accept"/> made, owned by the caller.</returns>
    /// <exception cref="ModelContractException">The file is missing, damaged or no model, or was refused.</exception>
    /// <exception cref="DeviceException">The device cannot be used and the policy is to fail.</exception>
    internal static T Open<T>(
        string modelPath,
        ScoringOptions options,
        ILogger logger,
        Func<InferenceSession, DeviceReport, T> accept,
        Func<ScoringDevice, InferenceSession>? openOn = null
    )
    {
        if (options.Device == ScoringDevice.Cpu)
        {
            return accept(
                OpenOnCpu(modelPath, options),
                new DeviceReport(options.Device, ScoringDevice.Cpu, "as asked")
            );
        }

        RequireFile(modelPath);
        NativeRuntime.EnsureStarted();
        bool isAuto = options.Device == ScoringDevice.Auto;
        ScoringDevice device = isAuto ? ScoringDevice.Cuda : options.Device;
        bool mustFail = !isAuto && options.DevicePolicy == DevicePolicy.Fail;
        string reason;
        try
        {
            var report = new DeviceReport(
                options.Device,
                device,
                isAuto ? $"{ExecutionProviders.TitleOf(device)} is there" : "as asked"
            )
            {
                Index = options.DeviceIndex,
            };
            return accept(openOn is null ? OpenOn(device, modelPath, options) : openOn(device), report);
        }
        catch (Exception error)
            when (error
                    is OnnxRuntimeException
                        or EntryPointNotFoundException
                        or DllNotFoundException
                        or DeviceException
                || (error is ModelContractException && !mustFail)
            )
        {
            reason = ReasonOf(error, device);
            if (mustFail)
            {
                throw Unusable(modelPath, device, reason, error);
            }
        }

        T opened = accept(OpenOnCpu(modelPath, options), new DeviceReport(options.Device, ScoringDevice.Cpu, reason));
        if (!isAuto && options.DevicePolicy == DevicePolicy.Warn)
        {
            Log.FellBack(logger, WireNames.ToKebab(options.Device), reason);
        }

        return opened;
    }

    /// <summary>The complaint about a device that was asked for by name.</summary>
    /// <param name="modelPath">Path of the model.</param>
    /// <param name="device">The device.</param>
    /// <param name="reason">Why it cannot be used, without a full stop at the end.</param>
    /// <param name="error">The cause.</param>
    /// <returns>The exception, to be thrown.</returns>
    internal static DeviceException Unusable(string modelPath, ScoringDevice device, string reason, Exception? error) =>
        new(
            $"Model '{modelPath}' cannot run on device '{WireNames.ToKebab(device)}': {reason}. "
                + $"{ExecutionProviders.Needs(device)}; or ask for device 'cpu', or set the device policy to 'warn'.",
            error
        )
        {
            Subject = modelPath,
            Expected = WireNames.ToKebab(device),
            Found = reason,
        };

    private static InferenceSession OpenOn(ScoringDevice device, string modelPath, ScoringOptions options)
    {
        string[] providers = OrtEnv.Instance().GetAvailableProviders();
        if (!providers.Contains(ExecutionProviders.NameOf(device)))
        {
            throw new DeviceException(
                $"this build of ONNX Runtime has no {ExecutionProviders.TitleOf(device)} provider, "
                    + $"only {string.Join(", ", providers)}"
            );
        }

        NativeRuntime.TakeMessage(); // what an earlier call left is not about this one
        using SessionOptions native = NativeOptions(options);
        ExecutionProviders.Append(native, device, options.DeviceIndex);
        if (options.SelfTest)
        {
            PlacementProfile.Begin(native);
        }

        using var deadline = new Deadline(
            options.Timeout,
            () => native.SetLoadCancellationFlag(true),
            Overdue(options, modelPath)
        );
        return new InferenceSession(modelPath, native);
    }

    /// <summary>What to call when an operator does not end.</summary>
    /// <param name="options">The options.</param>
    /// <param name="modelPath">Path of the model.</param>
    /// <returns>The call; <c>null</c> for none.</returns>
    internal static Action? Overdue(ScoringOptions options, string modelPath) =>
        options.Overdue is { } tell
            ? () =>
                tell(
                    $"Model '{modelPath}' goes on after {options.Timeout?.TotalSeconds:0.###} s and cannot be "
                        + "stopped: one of its operators does not come to an end. Allow it more time if it is one "
                        + "that you trust."
                )
            : null;

    private static string ReasonOf(Exception error, ScoringDevice device)
    {
        if (error is DeviceException)
        {
            return error.Message;
        }

        // the log names the library that is missing; the exception often says only that one is
        string? logged = error is OnnxRuntimeException ? NativeRuntime.TakeMessage() : null;
        string said = Essence(error.Message);
        return $"{ExecutionProviders.TitleOf(device)} cannot be used here: "
            + $"{(logged is null ? said : $"{said} ({Essence(logged)})")}";
    }

    /// <summary>What ONNX Runtime says, without its source lines and error codes in front.</summary>
    private static string Essence(string text)
    {
        text = NativeMessage.OneLine(text);
        foreach (string mark in (string[])[" : FAIL : ", " was false. ", "[ErrorCode:Fail] "])
        {
            int found = text.LastIndexOf(mark, StringComparison.Ordinal);
            text = found < 0 ? text : text[(found + mark.Length)..];
        }

        return text.TrimEnd('.', ' ');
    }

    private static SessionOptions NativeOptions(ScoringOptions options)
    {
        var native = new SessionOptions
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            // errors come back as exceptions; the library must not write to the console
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        native.AddSessionConfigEntry("session.intra_op.allow_spinning", options.AllowSpinning ? "1" : "0");
        return native;
    }

    private static void RequireFile(string modelPath)
    {
        if (!File.Exists(modelPath))
        {
            throw new ModelContractException(
                $"Model '{modelPath}' {(Directory.Exists(modelPath) ? "is a folder" : "does not exist")}. "
                    + "Give the path of an exported .onnx file."
            )
            {
                Subject = modelPath,
            };
        }
    }
}
