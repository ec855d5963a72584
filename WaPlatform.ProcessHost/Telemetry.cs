using System.Diagnostics;

namespace WaPlatform.ProcessHost;

internal static class Telemetry
{
    public const string Name = "WaPlatform.ProcessHost";

    public static readonly ActivitySource Source = new(Name);
}
