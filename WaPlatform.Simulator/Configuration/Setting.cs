namespace WaPlatform.Simulator.Configuration;

internal enum SettingKind
{
    Text,
    Flag,
    Number,
    Words,
}

/// <summary>One of gowa's settings: its flag, its variable, its default, its line in the help (gowa contract §2.3).</summary>
/// <param name="Name">Flag without dashes; "" when there is only a variable.</param>
/// <param name="Short">One letter, or "".</param>
/// <param name="Variable">Environment name, or "".</param>
internal sealed record Setting(string Name, string Short, string Variable, SettingKind Kind, string Default, string Help);
