using System.Net;
using System.Net.Sockets;

namespace WaPlatform.Simulator.Storage;

/// <summary>What <c>DB_URI</c> means, and gowa's words when it cannot be used (gowa contract §2.3).</summary>
internal static class SessionDatabase
{
    private const string File = "file:";

    /// <summary>The file a <c>file:</c> address names; "" for any other.</summary>
    public static string PathOf(string uri)
    {
        if (!uri.StartsWith(File, StringComparison.Ordinal))
        {
            return "";
        }

        var end = uri.IndexOf('?', StringComparison.Ordinal);
        return end < 0 ? uri[File.Length..] : uri[File.Length..end];
    }

    /// <summary>Null, or the reason why the address cannot be used.</summary>
    public static async Task<string?> ProblemAsync(string uri)
    {
        if (uri.StartsWith("postgres:", StringComparison.Ordinal))
        {
            return "failed to upgrade database: " + await PostgresProblemAsync(uri);
        }

        if (!uri.StartsWith(File, StringComparison.Ordinal))
        {
            return $"unknown database type: {uri}. Currently only sqlite3(file:) and postgres are supported";
        }

        return Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(PathOf(uri))))
            ? null
            : "failed to upgrade database: failed to check if foreign keys are enabled: unable to open database file: no such file or directory";
    }

    // A server that is not there is said in gowa's words; one that is there cannot be used here.
    private static async Task<string> PostgresProblemAsync(string uri)
    {
        if (Uri.TryCreate(uri, UriKind.Absolute, out var address) && IPAddress.TryParse(address.Host, out var host))
        {
            var port = address.Port > 0 ? address.Port : 5432;
            using var socket = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(host, port, CancellationToken.None);
            }
            catch (SocketException)
            {
                return $"failed to check if version table is up to date: dial tcp {new IPEndPoint(host, port)}: connect: connection refused";
            }
        }

        return "the simulator keeps sessions in files only; give it DB_URI=file:…";
    }

    /// <summary>Opens and reads the store; null, or the reason why not.</summary>
    public static string? Open(SessionStore sessions)
    {
        try
        {
            Folders.CreateSideFiles(sessions.Path);
            sessions.Open();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return "failed to upgrade database: failed to check if foreign keys are enabled: " + exception.Message;
        }
    }
}
