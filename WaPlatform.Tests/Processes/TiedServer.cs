using System.Diagnostics;
using WaPlatform.Tests.Simulator;

namespace WaPlatform.Tests.Processes;

/// <summary>
/// A server that ends with the tests, however they end: a shell waits for the end of its input, which is this process's, and then signals the server.
/// </summary>
public sealed class TiedServer : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly Process _shell;
    private readonly Task _reading;

    private TiedServer(Process shell)
    {
        _shell = shell;
        _reading = Task.WhenAll(Output.ReadAsync(shell.StandardOutput), Error.ReadAsync(shell.StandardError));
    }

    public ProcessOutput Output { get; } = new();

    public ProcessOutput Error { get; } = new();

    public bool HasExited => _shell.HasExited;

    /// <param name="signal">What asks the server to end at once and in order, for example <c>TERM</c>.</param>
    /// <param name="prefix">A command that runs its arguments, for example as another user; may be empty.</param>
    public static TiedServer Start(string signal, IEnumerable<string> prefix, string program, params IEnumerable<string> arguments)
    {
        // Either end is the end: of the input, or of the server itself (then the waiting cat is the one to go).
        const string Script = """
            signal=$1; shift
            exec 3<&0
            "$@" </dev/null & server=$!
            (cat <&3 >/dev/null; kill -"$signal" "$server") 2>/dev/null & watch=$!
            wait "$server"; code=$?
            kill "$watch" 2>/dev/null
            exit "$code"
            """;

        string[] command = [.. prefix, "/bin/sh", "-c", Script, "sh", signal, program, .. arguments];
        var info = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };

        return new TiedServer(Process.Start(info)!);
    }

    /// <summary>Waits for the end of the server; its exit code, or 128 and the signal that ended it.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _shell.WaitForExitAsync(cancellationToken);
        return _shell.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync(CancellationToken.None).WaitAsync(StopPatience);
        await _reading.WaitAsync(StopPatience);
        _shell.Dispose();
    }
}
