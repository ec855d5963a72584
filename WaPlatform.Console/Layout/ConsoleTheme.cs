using MudBlazor;

namespace WaPlatform.Console.Layout;

/// <summary>The console's colours. Each text on each ground has a contrast of 4.5 at least (WCAG 2.2 AA); the browser tests measure it.</summary>
public static class ConsoleTheme
{
    private static readonly string[] Fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif"];

    public static readonly MudTheme Theme = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0b6b4f",
            PrimaryContrastText = "#ffffff",
            Secondary = "#3d4f9f",
            Info = "#0b5cad",
            Success = "#1b6e3c",
            Warning = "#8a4b00",
            Error = "#b3261e",
            AppbarBackground = "#0f3d31",
            AppbarText = "#ffffff",
            Background = "#f4f6f5",
            Surface = "#ffffff",
            DrawerBackground = "#ffffff",
            DrawerText = "#1c2722",
            DrawerIcon = "#46534d",
            TextPrimary = "#17211c",
            TextSecondary = "#4a5751",
            ActionDefault = "#4a5751",
            LinesInputs = "#6b7771",
            TableLines = "#dfe5e2",
            Divider = "#dfe5e2",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#5fd3a8",
            PrimaryContrastText = "#06251a",
            Secondary = "#aab6ff",
            Info = "#7cbcff",
            InfoContrastText = "#04203d",
            Success = "#6fd08f",
            SuccessContrastText = "#04250f",
            Warning = "#f0b45c",
            WarningContrastText = "#2e1a00",
            Error = "#ff9a90",
            ErrorContrastText = "#3b0803",
            AppbarBackground = "#0f2a22",
            AppbarText = "#e9f2ee",
            Background = "#101613",
            Surface = "#18201c",
            DrawerBackground = "#141b18",
            DrawerText = "#dfe8e3",
            DrawerIcon = "#a9b6af",
            TextPrimary = "#e6eeea",
            TextSecondary = "#aebab4",
            ActionDefault = "#aebab4",
            LinesInputs = "#84918a",
            TableLines = "#2b3530",
            Divider = "#2b3530",
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", DrawerWidthLeft = "230px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts },
            H1 = new H1Typography { FontFamily = Fonts, FontSize = "1.5rem", FontWeight = "650", LineHeight = "1.3" },
            H2 = new H2Typography { FontFamily = Fonts, FontSize = "1.1rem", FontWeight = "650", LineHeight = "1.4" },
            H3 = new H3Typography { FontFamily = Fonts, FontSize = "1rem", FontWeight = "600", LineHeight = "1.4" },
            H6 = new H6Typography { FontFamily = Fonts, FontSize = "1.05rem", FontWeight = "650" },
            Button = new ButtonTypography { FontFamily = Fonts, TextTransform = "none", FontWeight = "600" },
        },
    };
}
