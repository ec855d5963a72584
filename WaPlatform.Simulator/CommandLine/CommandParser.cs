using WaPlatform.Simulator.Configuration;

namespace WaPlatform.Simulator.CommandLine;

internal enum CommandKind
{
    /// <summary>Run the server.</summary>
    Rest,

    /// <summary>Print and leave, touching nothing.</summary>
    Print,

    /// <summary>The <c>help</c> sub-command: runs the whole initialisation first (real.md §3.2.15).</summary>
    HelpAfterInit,

    /// <summary>Usage error: standard error, exit 1.</summary>
    Fail,
}

/// <summary>What the command line asks for.</summary>
/// <param name="Text">What to print, for the kinds that print.</param>
internal sealed record Command(CommandKind Kind, string Text, IReadOnlyDictionary<string, string> Flags);

/// <summary>Reads argv as cobra and pflag do (gowa contract §2.1).</summary>
internal static class CommandParser
{
    public static Command Parse(IReadOnlyList<string> arguments)
    {
        var name = FindCommand(arguments);
        if (name is not ("" or "rest" or "help"))
        {
            return Fail($"Error: unknown command \"{name}\" for \"\"\nRun ' --help' for usage.\n");
        }

        var usage = name == "rest" ? HelpText.RestUsage : HelpText.RootUsage;
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        if (ReadFlags(arguments, flags) is { } error)
        {
            return Fail($"Error: {error}\n{usage}\n");
        }

        if (name == "help")
        {
            return new Command(CommandKind.HelpAfterInit, arguments.Contains("rest") ? HelpText.RestHelp : HelpText.RootHelp, flags);
        }

        if (flags.ContainsKey("help") || name.Length == 0)
        {
            return new Command(CommandKind.Print, name == "rest" ? HelpText.RestHelp : HelpText.RootHelp, flags);
        }

        return new Command(CommandKind.Rest, "", flags);
    }

    private static Command Fail(string text) => new(CommandKind.Fail, text, new Dictionary<string, string>());

    private static string FindCommand(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument == "--")
            {
                break;
            }

            if (!argument.StartsWith('-') || argument == "-")
            {
                return argument;
            }

            if (!argument.Contains('=', StringComparison.Ordinal) && Find(argument) is { Kind: not SettingKind.Flag })
            {
                i++;
            }
        }

        return "";
    }

    private static Setting? Find(string argument) => argument.StartsWith("--", StringComparison.Ordinal)
        ? SettingList.All.FirstOrDefault(setting => setting.Name == argument[2..])
        : SettingList.All.FirstOrDefault(setting => setting.Short.Length > 0 && argument == "-" + setting.Short);

    private static string? ReadFlags(IReadOnlyList<string> arguments, Dictionary<string, string> flags)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument == "--")
            {
                return null;
            }

            var error = argument switch
            {
                _ when argument.StartsWith("--", StringComparison.Ordinal) => ReadLong(arguments, ref i, flags),
                _ when argument.StartsWith('-') && argument.Length > 1 => ReadShort(arguments, ref i, flags),
                _ => null,
            };
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    private static string? ReadLong(IReadOnlyList<string> arguments, ref int index, Dictionary<string, string> flags)
    {
        var text = arguments[index][2..];
        var at = text.IndexOf('=', StringComparison.Ordinal);
        var name = at < 0 ? text : text[..at];
        if (name == "help")
        {
            flags["help"] = "true";
            return null;
        }

        var setting = SettingList.All.FirstOrDefault(candidate => candidate.Name == name);
        if (setting is null)
        {
            return $"unknown flag: --{name}";
        }

        if (at >= 0)
        {
            return Set(flags, setting, text[(at + 1)..]);
        }

        if (setting.Kind == SettingKind.Flag)
        {
            return Set(flags, setting, "true");
        }

        return index + 1 < arguments.Count ? Set(flags, setting, arguments[++index]) : $"flag needs an argument: --{name}";
    }

    private static string? ReadShort(IReadOnlyList<string> arguments, ref int index, Dictionary<string, string> flags)
    {
        var argument = arguments[index];
        for (var at = 1; at < argument.Length; at++)
        {
            var letter = argument[at].ToString();
            if (letter == "h")
            {
                flags["help"] = "true";
                return null;
            }

            var setting = SettingList.All.FirstOrDefault(candidate => candidate.Short == letter);
            if (setting is null)
            {
                return $"unknown shorthand flag: '{letter}' in -{argument[at..]}";
            }

            var rest = argument[(at + 1)..];
            if (rest.StartsWith('='))
            {
                return Set(flags, setting, rest[1..]);
            }

            if (setting.Kind != SettingKind.Flag)
            {
                if (rest.Length > 0)
                {
                    return Set(flags, setting, rest);
                }

                return index + 1 < arguments.Count
                    ? Set(flags, setting, arguments[++index])
                    : $"flag needs an argument: '{letter}' in -{argument[at..]}";
            }

            flags[setting.Name] = "true";
        }

        return null;
    }

    private static string? Set(Dictionary<string, string> flags, Setting setting, string value)
    {
        var shown = (setting.Short.Length > 0 ? $"-{setting.Short}, " : "") + "--" + setting.Name;
        if (setting.Kind == SettingKind.Flag && value is not ("1" or "t" or "T" or "true" or "TRUE" or "True" or "0" or "f" or "F" or "false" or "FALSE" or "False"))
        {
            return $"invalid argument \"{value}\" for \"{shown}\" flag: strconv.ParseBool: parsing \"{value}\": invalid syntax";
        }

        if (setting.Kind == SettingKind.Number && !int.TryParse(value, out _))
        {
            return $"invalid argument \"{value}\" for \"{shown}\" flag: strconv.ParseInt: parsing \"{value}\": invalid syntax";
        }

        flags[setting.Name] = setting.Kind == SettingKind.Words && flags.TryGetValue(setting.Name, out var before) ? before + "," + value : value;
        return null;
    }
}
