namespace WaPlatform.Jobs;

internal static class Telemetry
{
    public const string Name = "WaPlatform.Jobs";
}
