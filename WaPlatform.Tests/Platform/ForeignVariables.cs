namespace WaPlatform.Tests.Platform;

/// <summary>Variables of the developer's own shell that must not change what is tested.</summary>
internal static class ForeignVariables
{
    private static readonly string[] Prefixes =
    [
        "API_", "ASPNETCORE_", "DOTNET_ENVIRONMENT", "CONNECTIONSTRINGS__", "ORLEANS__", "CLUSTER__", "PROCESS_", "MAX_PROCESSES", "DEFAULT_ADMIN_", "JWT_", "ENGINE", "WAPLATFORM_DATA",
        "HOST_ID", "HOSTS__", "SESSIONS__", "MEDIA__", "GATEWAY__", "RATELIMITS__", "WAPLATFORM_MASTER_KEY", "SUPERVISION__", "SENDING__", "OTEL_", "SIM_", "WEBHOOKS__", "ROLLOUT__", "UPDATE_CHECK_CRON", "JOBS__",
    ];

    public static string[] In(IEnumerable<string> names) => [.. names.Where(name => Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))];
}
