namespace WaPlatform.Gateway.Devices;

/// <summary>The proxy through which a device dials WhatsApp.</summary>
internal static class ProxyUrl
{
    private const int MaxLength = 1024;

    /// <returns>What is wrong with it, or null.</returns>
    public static string? Problem(string url)
    {
        if (url.Length > MaxLength)
        {
            return $"Must have at most {MaxLength} characters.";
        }

        // A control character would end up in an environment variable of the engine.
        return !url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
            && Uri.TryCreate(url, UriKind.Absolute, out var uri)
            && uri.Scheme is "socks5" or "http" or "https"
            && uri.Host.Length > 0
                ? null
                : "Must be a URL with scheme socks5, http or https and a host.";
    }

    /// <summary>The URL as callers may see it.</summary>
    public static string? WithoutPassword(string? url)
    {
        if (url is null || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.UserInfo.Length == 0)
        {
            return url;
        }

        var user = uri.UserInfo.Split(':')[0];
        return url.Replace($"{uri.UserInfo}@", $"{user}:***@", StringComparison.Ordinal);
    }
}
