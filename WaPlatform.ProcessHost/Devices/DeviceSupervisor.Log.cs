using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Devices;

internal sealed partial class DeviceSupervisor
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Engine process {Pid} of device {Phone} ended with code {ExitCode} ({Reason}); restart: {WillRestart}.")]
        public static partial void ProcessEnded(ILogger logger, int pid, string phone, int exitCode, DeviceReason reason, bool willRestart);

        [LoggerMessage(2, LogLevel.Critical, "The supervision of device {Phone} broke down; the device needs an operator.")]
        public static partial void Broken(ILogger logger, Exception exception, string phone);
    }
}
