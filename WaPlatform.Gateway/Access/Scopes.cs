using System.Collections.Immutable;
using WaPlatform.Data.Access;

namespace WaPlatform.Gateway.Access;

/// <summary>What a caller may do (api.md §2). Each name is also an authorization policy.</summary>
internal static class Scopes
{
    public const string DevicesRead = "devices:read";
    public const string DevicesWrite = "devices:write";
    public const string MessagesRead = "messages:read";
    public const string MessagesSend = "messages:send";
    public const string EventsRead = "events:read";
    public const string WebhooksManage = "webhooks:manage";
    public const string ProxyUse = "proxy:use";
    public const string Admin = "admin";

    /// <summary>Type of the claims that carry a scope each.</summary>
    public const string ClaimType = "scope";

    public static readonly ImmutableArray<string> All =
        [DevicesRead, DevicesWrite, MessagesRead, MessagesSend, EventsRead, WebhooksManage, ProxyUse, Admin];

    private static readonly ImmutableArray<string> OfViewer = [.. All.Where(scope => scope.EndsWith(":read", StringComparison.Ordinal))];
    private static readonly ImmutableArray<string> OfOperator = [.. All.Where(scope => scope != Admin)];

    public static ImmutableArray<string> Of(UserRole role) => role switch
    {
        UserRole.Admin => All,
        UserRole.Operator => OfOperator,
        _ => OfViewer,
    };
}
