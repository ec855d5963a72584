using WaPlatform.Data.Devices;
using WaPlatform.ServiceDefaults.Secrets;

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

    /// <summary>Gives a device its proxy; null or "" takes it away. One that it has already stays as it is stored: the engine need not start anew for it.</summary>
    public static void Store(Device device, string? url, StoredSecrets secrets)
    {
        if (string.IsNullOrEmpty(url))
        {
            (device.Proxy, device.ProxyShown) = (null, null);
        }
        else if (device.Proxy is not { } stored || secrets.TryReveal(stored) != url)
        {
            (device.Proxy, device.ProxyShown) = (secrets.Protect(url), WithoutPassword(url));
        }
    }

    /// <summary>The proxy as callers may see it.</summary>
    public static string? Shown(Device device) => device.ProxyShown ?? WithoutPassword(device.Proxy);

    internal static string? WithoutPassword(string? url)
    {
        const string Separator = "://";
        if (url is null || url.IndexOf(Separator, StringComparison.Ordinal) is not (>= 0 and var start))
        {
            return url;
        }

        // In the text itself: what a parser makes of it may be written otherwise.
        start += Separator.Length;
        var end = url.AsSpan(start).IndexOfAny('/', '?', '#');
        var authority = end < 0 ? url[start..] : url[start..(start + end)];
        var at = authority.LastIndexOf('@');
        return at < 0 ? url : $"{url[..start]}{authority[..at].Split(':')[0]}:***{authority[at..]}{(end < 0 ? "" : url[(start + end)..])}";
    }
}
