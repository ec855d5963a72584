using System.Diagnostics;

namespace WaPlatform.Gateway;

internal static class Telemetry
{
    public const string Name = "WaPlatform.Gateway";

    public static readonly ActivitySource Source = new(Name);
}
