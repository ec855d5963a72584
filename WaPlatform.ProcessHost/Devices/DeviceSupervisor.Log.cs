using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Devices;

internal sealed partial class DeviceSupervisor
{
    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Information, "Engine process {Pid} of device {Phone} ended with code {ExitCode} ({Reason}); restart: {WillRestart}.")]
        public static partial void ProcessEnded(ILogger logger, int pid, string phone, int exitCode, DeviceReason reason, bool willRestart);

        [LoggerMessage(4, LogLevel.Error, "The watch over engine process {Pid} broke.")]
        public static partial void NotReady(ILogger logger, Exception exception, int pid);

        [LoggerMessage(5, LogLevel.Critical, "The supervision of device {Phone} broke down; the device needs an operator.")]
        public static partial void Broken(ILogger logger, Exception exception, string phone);

        [LoggerMessage(3, LogLevel.Error, "The engine of device {Phone} could not be started.")]
        public static partial void SpawnFailed(ILogger logger, Exception exception, string phone);
    }
}
