namespace WaPlatform.Gateway.Access;

/// <summary>Whether a secret is one that somebody would guess.</summary>
internal static class WeakSecret
{
    // What a repeated piece may be at most of the whole.
    private const int Repeats = 3;

    // Defaults of the original platform, of examples, and what lists of passwords begin with.
    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "admin", "administrator", "admin123", "admin1234", "admin12345", "password", "password1", "password123", "passw0rd", "p@ssw0rd", "changeme", "changeit", "change-me", "change_me",
        "secret", "supersecret", "letmein", "welcome", "welcome1", "qwerty", "qwerty123", "qwertyuiop", "iloveyou", "default", "test", "testtest", "waplatform", "whatsapp",
        "12345678", "123456789", "1234567890", "0123456789", "87654321", "abcdefgh", "abcd1234", "abc12345", "a1b2c3d4",
    };

    private static readonly string[] Telltales =
        ["change-in-production", "change_in_production", "changeinproduction", "changeme", "change-me", "change_me", "change-this", "change_this", "your-secret", "your_secret", "your-super-secret", "default-secret"];

    /// <param name="minLength">In characters.</param>
    /// <param name="minDistinct">So many different characters at least.</param>
    /// <returns>What is wrong with it, to be put behind its name; null if nothing is seen.</returns>
    public static string? Problem(string secret, int minLength, int minDistinct)
    {
        if (secret.Length < minLength)
        {
            return $"is shorter than {minLength} characters";
        }

        if (Known.Contains(secret.Trim()) || Telltales.Any(text => secret.Contains(text, StringComparison.OrdinalIgnoreCase)))
        {
            return "is a well-known default";
        }

        return secret.Distinct().Count() < minDistinct || IsRepetition(secret) ? "is one that is easily guessed: few characters, or a few of them repeated" : null;
    }

    private static bool IsRepetition(string secret) =>
        Enumerable.Range(1, secret.Length / Repeats).Any(period => secret.AsSpan(period).SequenceEqual(secret.AsSpan(0, secret.Length - period)));
}
