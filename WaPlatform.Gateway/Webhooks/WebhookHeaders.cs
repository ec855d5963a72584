using System.Buffers;
using System.Collections.Frozen;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Webhooks;

/// <summary>Headers that people add to the requests of a webhook. Their values are secrets: nobody is shown them.</summary>
internal static class WebhookHeaders
{
    /// <summary>Stands for a value wherever one would be shown; sent back in a change, it leaves the value as it is.</summary>
    public const string Mask = "***";

    private const int MaxCount = 20;
    private const int MaxName = 100;
    private const int MaxValue = 4096;

    // RFC 9110 §5.6.2
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // Of one connection alone, or the platform's own to say.
    private static readonly FrozenSet<string> Reserved = new[]
    {
        "accept-encoding", "connection", "cookie", "date", "expect", "host", "http2-settings", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
        "trailer", "transfer-encoding", "upgrade", "user-agent", "via",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] ReservedPrefixes = ["webhook-", "content-", ":"];

    /// <param name="before">The values that there are; masks stand for them.</param>
    /// <returns>The headers with their values.</returns>
    public static Dictionary<string, string> Read(IReadOnlyDictionary<string, string?>? headers, IReadOnlyDictionary<string, string> before, FieldErrors errors)
    {
        var read = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var known = before.ToDictionary(StringComparer.OrdinalIgnoreCase);
        errors.Require(headers is null || headers.Count <= MaxCount, "headers", $"Must be at most {MaxCount}.");
        foreach (var (name, given) in headers ?? new Dictionary<string, string?>())
        {
            var value = given == Mask ? known.GetValueOrDefault(name) : given;
            if (Problem(name) is { } problem)
            {
                errors.Add("headers", problem);
            }
            else if (value is null || value.Length > MaxValue || value.Any(c => c is (< ' ' and not '\t') or > '~'))
            {
                errors.Add("headers", $"{name}: must have a value of at most {MaxValue} visible ASCII characters{(given == Mask ? $" ({Mask} stands for one that is there)" : "")}.");
            }
            else if (!read.TryAdd(name, value))
            {
                errors.Add("headers", $"{name}: is there twice.");
            }
        }

        return read;
    }

    public static Dictionary<string, string> Masked(IReadOnlyDictionary<string, string> headers) => headers.ToDictionary(header => header.Key, _ => Mask);

    private static string? Problem(string name) =>
        name.Length is 0 or > MaxName || name.AsSpan().ContainsAnyExcept(NameCharacters) ? $"Names must be those of HTTP headers, of at most {MaxName} characters."
        : Reserved.Contains(name) || ReservedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) ? $"{name}: is the platform's own to set."
        : null;
}
