using System.Text;

namespace WaPlatform.Simulator.Http;

/// <summary>Fiber's basic auth with gowa's websocket exception (gowa contract §4.1, real.md §3.3.26).</summary>
internal sealed class BasicAuth
{
    private readonly HashSet<string> _credentials = new(StringComparer.Ordinal);

    private BasicAuth(IEnumerable<string> credentials)
    {
        foreach (var credential in credentials)
        {
            _credentials.Add(credential);
        }
    }

    /// <summary>Null when an entry is not <c>user:secret</c>.</summary>
    public static BasicAuth? Create(IReadOnlyList<string> credentials) =>
        credentials.All(static credential => credential.Split(':').Length == 2) ? new BasicAuth(credentials) : null;

    /// <summary>Null = let through; else the refusal.</summary>
    public Answer? Check(RequestContext context, bool isSocket)
    {
        if (_credentials.Count == 0)
        {
            return null;
        }

        var header = context.Header("Authorization") ?? "";
        if (header.Length == 0 && isSocket && context.Query("authorization") is { Length: > 0 } query)
        {
            header = "Basic " + query;
        }

        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return Unauthorized();
        }

        var text = Decode(header["Basic ".Length..].Trim());
        if (text is null || !text.Contains(':', StringComparison.Ordinal))
        {
            return Answer.Text(400, "Bad Request");
        }

        return _credentials.Contains(text) ? null : Unauthorized();
    }

    private static Answer Unauthorized() => Answer.Text(401, "Unauthorized") with
    {
        Headers = [("WWW-Authenticate", "Basic realm=\"Restricted\", charset=\"UTF-8\""), ("Cache-Control", "no-store"), ("Vary", "Authorization")],
    };

    private static string? Decode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
