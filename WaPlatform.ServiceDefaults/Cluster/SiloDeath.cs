using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace WaPlatform.ServiceDefaults.Cluster;

/// <summary>What a process does when its silo can't go on. Without one that is registered it only joins anew.</summary>
public delegate void SiloLost(string why);

/// <summary>
/// The cluster takes this silo for dead, or it broke beyond repair. Orleans would end the process; here it joins anew (<see cref="SiloRun"/>), and
/// <see cref="SiloLost"/> ends first what may not go on without it.
/// </summary>
internal sealed partial class SiloDeath(IServiceProvider services, ILogger<SiloDeath> logger) : IFatalErrorHandler
{
    public bool IsUnexpected(Exception exception) => exception is not (OperationCanceledException or ObjectDisposedException);

    // Looked up late: what is to be ended needs the silo itself.
    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        var why = context ?? exception?.Message ?? "the silo broke";
        if (services.GetService<SiloLost>() is { } lost)
        {
            lost(why);
            return;
        }

        Log.Lost(logger, why);
        services.GetRequiredService<SiloRun>().Rejoin();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "This silo can't go on: {Why}. It joins anew.")]
        public static partial void Lost(ILogger logger, string why);
    }
}
