using System.Collections.Immutable;

namespace WaPlatform.Gateway.WebConsole;

/// <summary>The console's own addresses. Each is answered with its page; a test keeps the list equal to the console's.</summary>
internal static class ConsoleRoutes
{
    public static readonly ImmutableArray<string> All =
    [
        "/", "/devices/{phone}", "/messages", "/messages/{id}", "/events", "/webhooks", "/webhooks/{id}", "/access", "/system",
    ];
}
