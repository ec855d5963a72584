using System.Diagnostics;

namespace WaPlatform.Jobs;

internal static class Telemetry
{
    public const string Name = "WaPlatform.Jobs";

    public static readonly ActivitySource Source = new(Name);
}
