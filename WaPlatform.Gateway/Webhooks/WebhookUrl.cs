using Microsoft.Extensions.Options;
using WaPlatform.ServiceDefaults.Outside;
using WaPlatform.ServiceDefaults.Webhooks;

namespace WaPlatform.Gateway.Webhooks;

/// <summary>Where a webhook may be. What its host resolves to is judged again at each connection.</summary>
internal sealed class WebhookUrl(IOptions<WebhookOptions> options, TimeProvider timeProvider)
{
    private const int MaxLength = 2048;
    private static readonly TimeSpan LookUpPatience = TimeSpan.FromSeconds(2);

    /// <returns>What is wrong with it, or null.</returns>
    public async Task<string?> ProblemAsync(string? url, CancellationToken cancellationToken)
    {
        if (url is null || url.Length > MaxLength || url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
            || !Uri.TryCreate(url, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps) || address.Host.Length == 0)
        {
            return $"Must be an absolute http or https URL of at most {MaxLength} characters.";
        }

        if (address.UserInfo.Length > 0)
        {
            return "Must have no user name and password in it; a header can carry them.";
        }

        using var patience = new CancellationTokenSource(LookUpPatience, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        return await OutsideConnections.IsPrivateAsync(address, options.Value.AllowedHosts, either.Token)
            ? "Must not be a private, loopback or link-local address, unless its host is in Webhooks:AllowedHosts."
            : null;
    }
}
