using System.Globalization;

namespace WaPlatform.Console.Texts;

/// <summary>The languages of the console. ICU's data is not loaded, so what differs in dates and numbers is said here.</summary>
public static class Languages
{
    public const string English = "en";
    public const string Portuguese = "pt-BR";

    /// <param name="wanted">What somebody chose, or what the browser speaks.</param>
    public static string Pick(string? wanted) => wanted?.StartsWith("pt", StringComparison.OrdinalIgnoreCase) == true ? Portuguese : English;

    public static CultureInfo Culture(string name)
    {
        var culture = (CultureInfo)CultureInfo.GetCultureInfo(name).Clone();
        var isPortuguese = name == Portuguese;
        culture.DateTimeFormat.ShortDatePattern = isPortuguese ? "dd/MM/yyyy" : "yyyy-MM-dd";
        culture.DateTimeFormat.LongTimePattern = "HH:mm:ss";
        culture.DateTimeFormat.ShortTimePattern = "HH:mm";
        culture.NumberFormat.NumberDecimalSeparator = isPortuguese ? "," : ".";
        culture.NumberFormat.NumberGroupSeparator = isPortuguese ? "." : ",";
        return culture;
    }

    public static void Use(string name)
    {
        var culture = Culture(name);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = culture;
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = culture;
    }
}
