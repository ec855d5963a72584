using WaPlatform.Contracts.Devices;

namespace WaPlatform.Gateway.Proxy;

/// <summary>What a proxied request asks of an engine, taken from the request line as it came: nothing is decoded or encoded again.</summary>
/// <param name="Phone">The device that the path names; null in the short form.</param>
/// <param name="PathAndQuery">For the engine.</param>
internal sealed record ProxyTarget(PhoneNumber? Phone, string PathAndQuery)
{
    public const string Prefix = "/proxy/whatsapp";

    // An engine decodes a path once, some of its handlers decode a part of it again.
    private const int MaxDecodings = 3;

    /// <param name="rawTarget">The request target: <c>/path?query</c>, or with scheme and host before it.</param>
    /// <param name="problem">Why it is refused; null if it is not.</param>
    public static ProxyTarget? Read(string rawTarget, out string? problem)
    {
        problem = null;
        var target = WithoutOrigin(rawTarget);
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? target : target[..question];
        var query = question < 0 ? "" : target[question..];

        if (target.AsSpan().ContainsAnyExceptInRange('!', '~') || target.Contains('#', StringComparison.Ordinal))
        {
            problem = "The request target has characters that must be percent-encoded.";
        }
        else if (!path.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || (path.Length > Prefix.Length && path[Prefix.Length] != '/'))
        {
            problem = $"The path must begin with {Prefix}/ as it stands, without percent-encoding.";
        }
        else
        {
            problem = ProblemOf(path);
        }

        return problem is null ? Split(path[Prefix.Length..], WithoutToken(query), out problem) : null;
    }

    private static ProxyTarget? Split(string path, string query, out string? problem)
    {
        problem = null;
        var end = path.IndexOf('/', Math.Min(1, path.Length));
        var first = Uri.UnescapeDataString(path.Length > 1 ? path[1..(end < 0 ? path.Length : end)] : "");
        if (PhoneNumber.TryParse(first, out var phone))
        {
            return new ProxyTarget(phone, (end < 0 ? "/" : path[end..]) + query);
        }

        if (first.Length > 0 && first.TrimStart('+').All(char.IsAsciiDigit))
        {
            // No path of an engine begins with a number: it was meant to be a device.
            problem = "The first part of the path is not a phone number.";
            return null;
        }

        return new ProxyTarget(null, (path.Length == 0 ? "/" : path) + query);
    }

    private static string? ProblemOf(string path)
    {
        var text = path;
        for (var decoding = 0; ; decoding++)
        {
            if (text.Any(c => char.IsControl(c) || c == '\\'))
            {
                return "The path has a control character or a backslash.";
            }

            // Only at the end: an engine's root with a slash after it.
            var parts = text.Split('/');
            if (parts.Any(part => part is "." or "..") || parts.Skip(1).SkipLast(1).Any(part => part.Length == 0))
            {
                return "The path has '.', '..' or an empty part.";
            }

            if (decoding == 0 && !IsWellEncoded(text))
            {
                return "The path has a '%' that two hexadecimal digits do not follow.";
            }

            var decoded = Uri.UnescapeDataString(text);
            if (decoded == text)
            {
                return null;
            }

            if (decoding == MaxDecodings)
            {
                return "The path is percent-encoded too many times over.";
            }

            text = decoded;
        }
    }

    private static bool IsWellEncoded(string text)
    {
        for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
            {
                return false;
            }
        }

        return true;
    }

    private static string WithoutOrigin(string target)
    {
        var scheme = target.StartsWith('/') ? -1 : target.IndexOf("://", StringComparison.Ordinal);
        var slash = scheme < 0 ? -1 : target.IndexOf('/', scheme + 3);
        return slash < 0 ? target : target[slash..];
    }

    // The caller's credential is not the engine's business. All else of the query stays byte for byte.
    private static string WithoutToken(string query)
    {
        if (!query.Contains(Access.QueryToken.Parameter, StringComparison.OrdinalIgnoreCase))
        {
            return query;
        }

        var kept = query[1..].Split('&').Where(pair => !pair.Split('=')[0].Equals(Access.QueryToken.Parameter, StringComparison.OrdinalIgnoreCase)).ToList();
        return kept.Count == 0 ? "" : "?" + string.Join('&', kept);
    }
}
