using System.Globalization;
using WaPlatform.Contracts.Messages;

namespace WaPlatform.Gateway.Messages;

/// <summary>Checks of single values. Each returns what is wrong, or null.</summary>
internal static class SendChecks
{
    private const string Everyone = "@everyone";
    private const int MaxKey = 128;

    // The engine's own.
    private static readonly int[] Durations = [0, 86_400, 604_800, 7_776_000];

    public static string? Text(string text, int max) =>
        text.Length > max ? $"Must have at most {max} characters."

        // The database refuses NUL, and no message needs it.
        : text.Contains('\0', StringComparison.Ordinal) ? "Must not contain the character NUL."
        : null;

    public static string? Mention(string text) =>
        text == Everyone || Recipient.TryParse(text, out _) ? null : $"Must be a phone number in international form, a JID, or {Everyone}.";

    /// <summary>The engine wants a person's number bare.</summary>
    public static string MentionForm(string text) =>
        Recipient.TryParse(text, out var person) ? person.Jid.Replace("@s.whatsapp.net", "", StringComparison.Ordinal) : text;

    public static string? Link(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? null : "Must be an absolute http or https URL.";

    public static string? Degrees(string text, double limit) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) <= limit
            ? null : string.Create(CultureInfo.InvariantCulture, $"Must be a number from -{limit} to {limit}.");

    /// <summary>The engine reads no exponents. Ten decimals are a hundredth of a millimetre.</summary>
    public static string DegreesForm(string text) =>
        double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).ToString("0.##########", CultureInfo.InvariantCulture);

    public static string? Duration(int seconds) => Durations.Contains(seconds) ? null : $"Must be one of {string.Join(", ", Durations)}.";

    public static string? OneOf(string text, params ReadOnlySpan<string> words) => words.Contains(text) ? null : $"Must be one of {string.Join(", ", words)}.";

    public static string? Visible(string text) => text.AsSpan().ContainsAnyExceptInRange('!', '~') ? "Must have visible ASCII characters only." : null;

    public static bool IsKey(string? key) => key is null || (key.Length is >= 1 and <= MaxKey && Visible(key) is null);

    public static string KeyRule => $"Must have from 1 to {MaxKey} visible ASCII characters.";
}
