namespace WaPlatform.ProcessHost.Engines;

/// <summary>What of a proxy's URL an engine must not be heard to say.</summary>
internal static class ProxyCredentials
{
    /// <summary>User and password together and the password alone, as they are written and as they are meant; nothing if there is no password.</summary>
    public static IEnumerable<string> In(string? url)
    {
        if (url is null || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.UserInfo.Length == 0)
        {
            return [];
        }

        var password = uri.UserInfo[(uri.UserInfo.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return new[] { url, uri.UserInfo, password, Uri.UnescapeDataString(password) }.Distinct();
    }
}
