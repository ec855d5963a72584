using System.Globalization;
using System.Text.RegularExpressions;

namespace WaPlatform.Tests.Simulator.Replay;

/// <summary>Says in what an answer departs from the recorded one: status, all headers but the date, and the masked body.</summary>
internal static partial class Comparison
{
    // Both sides write fractions of a second without trailing zeros, so a length alone may vary by the digits of its times.
    private const int FractionDigits = 9;

    private static readonly string[] Varying = ["date", "content-length", "sec-websocket-accept"];

    public static IEnumerable<string> Of(Exchange exchange, RawResponse? actual)
    {
        var recorded = exchange.Response;
        if (recorded.Status is null || actual is null)
        {
            return recorded.Status is null && actual is null ? [] : [$"answer: expected {recorded.Status?.ToString(CultureInfo.InvariantCulture) ?? "none"}, got {actual?.Status.ToString(CultureInfo.InvariantCulture) ?? "none"}"];
        }

        return [.. Status(recorded, actual), .. Headers(recorded.Headers!, actual.Headers), .. Body(exchange, actual)];
    }

    public static string? Of(Exchange exchange, RecordedFrame frame, SocketEvent[] actual)
    {
        var evened = frame.Events.Zip(actual, (recorded, got) => (Recorded: recorded, Got: got, Texts: Even(exchange, recorded.Text, got.Text))).ToArray();
        return frame.Events.Length == actual.Length && evened.All(pair => pair.Recorded.Kind == pair.Got.Kind && pair.Texts.Recorded == pair.Texts.Actual)
            ? null
            : $"frame \"{frame.Step}\":\n      expected {string.Join(" then ", frame.Events.AsEnumerable())}\n      got      {string.Join(" then ", actual.AsEnumerable())}";
    }

    private static IEnumerable<string> Status(RecordedResponse recorded, RawResponse actual)
    {
        if (recorded.Status != actual.Status)
        {
            yield return $"status: expected {recorded.Status}, got {actual.Status}";
        }
    }

    private static IEnumerable<string> Headers(Dictionary<string, string> recorded, Dictionary<string, string> actual)
    {
        foreach (var name in recorded.Keys.Union(actual.Keys).Except(Varying).Order(StringComparer.Ordinal))
        {
            var (expected, got) = (recorded.GetValueOrDefault(name), actual.GetValueOrDefault(name));
            if (expected != got)
            {
                yield return $"header {name}: expected {expected ?? "none"}, got {got ?? "none"}";
            }
        }
    }

    private static IEnumerable<string> Body(Exchange exchange, RawResponse actual)
    {
        var length = Length(actual.Headers);
        if (exchange.Request.Method == "HEAD")
        {
            if (Length(exchange.Response.Headers!) is { } expected && (length is null || Math.Abs(expected - length.Value) > FractionDigits))
            {
                yield return $"content-length: expected {expected}, got {length}";
            }

            yield break;
        }

        if (Length(exchange.Response.Headers!) is not null && length is null)
        {
            yield return "content-length: none";
        }

        var (recorded, got) = Even(exchange, exchange.Response.Body ?? "", Written(exchange, actual));
        if (recorded != got)
        {
            yield return $"body:\n      expected {recorded}\n      got      {got}";
        }
    }

    private static (string Recorded, string Actual) Even(Exchange exchange, string recorded, string actual)
    {
        var bodies = Difference.Apply(exchange, recorded, actual);
        return (Mask.Varying(bodies.Recorded), Mask.Varying(bodies.Actual));
    }

    // Binary bodies were noted as "base64:<beginning>… (<n> bytes)".
    private static string Written(Exchange exchange, RawResponse actual)
    {
        if (Noted().Match(exchange.Response.Body ?? "") is not { Success: true } noted)
        {
            return actual.Text;
        }

        var beginning = actual.Body.AsSpan(0, Math.Min(actual.Body.Length, Convert.FromBase64String(noted.Groups[1].Value).Length));
        return $"base64:{Convert.ToBase64String(beginning)}… ({actual.Body.Length} bytes)";
    }

    private static int? Length(Dictionary<string, string> headers) =>
        headers.TryGetValue("content-length", out var value) ? int.Parse(value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"^base64:([A-Za-z0-9+/=]+)… \(\d+ bytes\)$")]
    private static partial Regex Noted();
}
