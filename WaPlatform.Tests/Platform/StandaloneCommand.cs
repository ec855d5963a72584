using System.Diagnostics;

namespace WaPlatform.Tests.Platform;

/// <summary>A command of Standalone that ends by itself.</summary>
internal static class StandaloneCommand
{
    /// <summary>Runs it; its exit code, and what it said on standard output and standard error.</summary>
    public static async Task<(int ExitCode, string Said)> RunAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment, CancellationToken cancellationToken)
    {
        var info = new ProcessStartInfo(BuildOutput.Executable("WaPlatform.Standalone"), arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in ForeignVariables.In(info.Environment.Keys))
        {
            info.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        using var process = Process.Start(info)!;
        process.StandardInput.Close();
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var said = await process.StandardOutput.ReadToEndAsync(cancellationToken) + await error;
            await process.WaitForExitAsync(cancellationToken).WaitAsync(StandaloneProcess.Patience, cancellationToken);
            return (process.ExitCode, said);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }
}
