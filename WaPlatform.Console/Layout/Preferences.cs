using Microsoft.AspNetCore.Components;
using WaPlatform.Console.Texts;

namespace WaPlatform.Console.Layout;

/// <summary>Language and colours, as chosen in this browser; where nobody chose, as the browser has them.</summary>
public sealed class Preferences(BrowserPage page, NavigationManager navigation)
{
    private const string LanguageKey = "language";
    private const string ThemeKey = "theme";

    public string Language { get; private set; } = Languages.English;

    /// <summary>Null: as the system has it.</summary>
    public bool? Dark { get; private set; }

    /// <summary>Before the first page is rendered.</summary>
    public async Task ApplyAsync()
    {
        Language = Languages.Pick(await page.RecallAsync(LanguageKey) ?? await page.LanguageAsync());
        Languages.Use(Language);
        await page.SetLanguageAsync(Language);
        Dark = await page.RecallAsync(ThemeKey) switch
        {
            "dark" => true,
            "light" => false,
            _ => null,
        };
    }

    /// <summary>Loads the page anew: words are fetched by language.</summary>
    public async Task SpeakAsync(string language)
    {
        await page.RememberAsync(LanguageKey, language);
        navigation.NavigateTo(navigation.Uri, forceLoad: true);
    }

    public async Task SetDarkAsync(bool dark)
    {
        Dark = dark;
        await page.RememberAsync(ThemeKey, dark ? "dark" : "light");
    }
}
