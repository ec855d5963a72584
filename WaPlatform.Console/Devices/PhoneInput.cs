namespace WaPlatform.Console.Devices;

/// <summary>A number as people type it.</summary>
public static class PhoneInput
{
    /// <summary>Without the marks that people put between digits; what else is wrong with it, the API says.</summary>
    public static string Digits(string? typed) => string.Concat((typed ?? "").Where(letter => letter is not ('+' or ' ' or '-' or '(' or ')' or '.' or '/' or '\u00a0')));
}
