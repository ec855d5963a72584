namespace WaPlatform.Simulator.Configuration;

/// <summary>The Go runtime's GOMEMLIMIT: checked because a wrong one stops gowa before anything else; not applied.</summary>
internal static class MemoryLimit
{
    public static bool IsValid(string text)
    {
        if (text == "off")
        {
            return true;
        }

        var digits = text.AsSpan().TrimEnd("KMGTiB");
        return digits.Length > 0 && long.TryParse(digits, out var number) && number >= 0 && text[digits.Length..] is "" or "B" or "KiB" or "MiB" or "GiB" or "TiB";
    }
}
