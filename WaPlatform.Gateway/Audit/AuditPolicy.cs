using Microsoft.AspNetCore.Authorization;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Gateway.Audit;

/// <summary>Marks an endpoint whose calls are audited although its method or scope would not say so.</summary>
internal sealed class Audited
{
    public static readonly Audited Always = new();
}

/// <summary>What is written into the audit: whatever is not a mere look and takes one of the scopes that change the platform. New endpoints are so by themselves.</summary>
internal static class AuditPolicy
{
    private static readonly string[] Changing = [Scopes.DevicesWrite, Scopes.WebhooksManage, Scopes.Admin];

    public static bool Covers(string method, EndpointMetadataCollection metadata) =>
        metadata.GetMetadata<Audited>() is not null
        || (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method)
            && metadata.GetOrderedMetadata<IAuthorizeData>().Any(data => Changing.Contains(data.Policy)));

    /// <param name="actor">Null where nobody was signed in: such are no acts, and anybody could fill the audit with them.</param>
    public static bool IsWorthAnEntry(int status, string? actor, bool isSignIn) =>
        (actor is not null || isSignIn) && status != StatusCodes.Status429TooManyRequests;
}
