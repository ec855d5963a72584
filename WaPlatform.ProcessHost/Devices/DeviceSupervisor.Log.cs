using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Devices;

internal sealed partial class DeviceSupervisor
{
    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Information, "Engine process {Pid} of device {Phone} ended with code {ExitCode} ({Reason}); restart: {WillRestart}.")]
        public static partial void ProcessEnded(ILogger logger, int pid, string phone, int exitCode, DeviceReason reason, bool willRestart);

        [LoggerMessage(4, LogLevel.Error, "Engine process {Pid} did not get ready.")]
        public static partial void NotReady(ILogger logger, Exception exception, int pid);

        [LoggerMessage(3, LogLevel.Error, "The engine of device {Phone} could not be started.")]
        public static partial void SpawnFailed(ILogger logger, Exception exception, string phone);
    }
}
