using System.Text;
using WaPlatform.Simulator.Configuration;

namespace WaPlatform.Simulator.CommandLine;

/// <summary>cobra's usage texts over gowa's flags, in pflag's layout.</summary>
internal static class HelpText
{
    private const string Long =
        "This application is from clone https://github.com/aldinokemal/go-whatsapp-web-multidevice, \n" +
        "you can send whatsapp over http api but your whatsapp account have to be multi device version\n\n";

    public static string RootHelp => Long + RootUsage;

    public static string RestHelp => "Send whatsapp API over http\n\n" + RestUsage;

    public static string RootUsage =>
        "Usage:\n   [command]\n\nAvailable Commands:\n  help        Help about any command\n  rest        Send whatsapp API over http\n\nFlags:\n" +
        Flags([.. SettingList.All, HelpFlag("")]) +
        "\nUse \" [command] --help\" for more information about a command.\n";

    public static string RestUsage =>
        "Usage:\n   rest [flags]\n\nFlags:\n  -h, --help   help for rest\n\nGlobal Flags:\n" + Flags(SettingList.All);

    private static Setting HelpFlag(string command) => new("help", "h", "", SettingKind.Flag, "", "help for " + command);

    private static string Flags(IReadOnlyList<Setting> settings)
    {
        var lines = settings.OrderBy(static setting => setting.Name, StringComparer.Ordinal)
            .Select(static setting => (Head: Head(setting), Setting: setting)).ToList();

        // pflag counts its own marker in the widest line and prints the parts with spaces between.
        var column = lines.Max(static line => line.Head.Length) + 3;
        var text = new StringBuilder();
        foreach (var (head, setting) in lines)
        {
            text.Append(head.PadRight(column)).Append(setting.Help).Append(Default(setting)).Append('\n');
        }

        return text.ToString();
    }

    private static string Head(Setting setting) =>
        (setting.Short.Length > 0 ? $"  -{setting.Short}, --" : "      --") + setting.Name + setting.Kind switch
        {
            SettingKind.Text => " string",
            SettingKind.Words => " strings",
            SettingKind.Number => " int",
            _ => "",
        };

    private static string Default(Setting setting) => (setting.Default, setting.Kind) switch
    {
        ("", _) => "",
        (_, SettingKind.Text) => $" (default \"{setting.Default}\")",
        _ => $" (default {setting.Default})",
    };
}
