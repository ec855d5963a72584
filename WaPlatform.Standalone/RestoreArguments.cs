using WaPlatform.Contracts.Faults;
using WaPlatform.Jobs.Backups.Restore;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.Standalone;

/// <summary>The command <c>restore &lt;file&gt;</c>: puts an archive into the data directory (and the databases) of a platform that does not run.</summary>
internal static class RestoreArguments
{
    private const string Command = "restore";

    public static bool Are(string[] args) => args is [Command, ..];

    /// <returns>Exit code.</returns>
    /// <exception cref="StartFailureException">It could not be restored; nothing was changed.</exception>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [Command, var archive])
        {
            throw new StartFailureException(StartFailureException.Configuration, "Usage: restore <archive>. The passphrase of an encrypted one is asked for, or taken from Backups__Passphrase.");
        }

        var configuration = WebApplication.CreateBuilder().Configuration;
        var data = DataDirectory.From(configuration);
        using var held = StandaloneDefaults.Take(data);
        configuration["ConnectionStrings:wadb"] ??= StandaloneDefaults.DatabaseIn(data);
        try
        {
            await Console.Out.WriteLineAsync(await PlatformRestore.RunAsync(configuration, data, Path.GetFullPath(archive), AskFor(configuration, archive), TimeProvider.System, CancellationToken.None));
            return 0;
        }
        catch (PlatformException refused)
        {
            throw new StartFailureException(StartFailureException.NotRestored, refused.Detail);
        }
    }

    // Null where it is configured, not needed, or nobody can be asked.
    private static string? AskFor(ConfigurationManager configuration, string archive)
    {
        var isConfigured = configuration["Backups:Passphrase"] is { Length: > 0 } || configuration["BACKUP_ENCRYPTION_KEY"] is { Length: > 0 };
        if (isConfigured || !archive.EndsWith(".enc", StringComparison.Ordinal) || Console.IsInputRedirected)
        {
            return null;
        }

        Console.Write("Passphrase: ");
        var passphrase = new System.Text.StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            _ = key.Key == ConsoleKey.Backspace ? passphrase.Remove(Math.Max(0, passphrase.Length - 1), Math.Min(1, passphrase.Length)) : passphrase.Append(key.KeyChar);
        }

        Console.WriteLine();
        return passphrase.ToString();
    }
}
