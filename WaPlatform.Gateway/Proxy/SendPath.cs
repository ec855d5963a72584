namespace WaPlatform.Gateway.Proxy;

/// <summary>Tells the engine's sending calls, <c>POST /send/*</c>, from all others (gowa contract §4.5).</summary>
internal static class SendPath
{
    private const string Root = "/send/";

    /// <param name="pathAndQuery">As <see cref="ProxyTarget"/> lets it through, so that decoding comes to an end.</param>
    public static bool Matches(string method, string pathAndQuery)
    {
        if (!HttpMethods.IsPost(method))
        {
            return false;
        }

        var question = pathAndQuery.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? pathAndQuery : pathAndQuery[..question];

        // Today's engine takes the path as it stands. Should one decode it, no send may get past the limits; to wait in vain does little harm.
        for (var decoded = Uri.UnescapeDataString(path); decoded != path; decoded = Uri.UnescapeDataString(path))
        {
            path = decoded;
        }

        return path.StartsWith(Root, StringComparison.OrdinalIgnoreCase) && path.Length > Root.Length;
    }
}
