namespace WaPlatform.ProcessHost;

internal static class Telemetry
{
    public const string Name = "WaPlatform.ProcessHost";
}
