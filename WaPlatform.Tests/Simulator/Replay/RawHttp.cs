using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace WaPlatform.Tests.Simulator.Replay;

internal sealed record RawResponse(int Status, Dictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>
/// HTTP as the recording's client spoke it: nothing is normalised, added or followed, so that a broken path or a missing
/// content type reaches the process as it is.
/// </summary>
internal static class RawHttp
{
    /// <returns>Null if the connection was closed without an answer.</returns>
    public static async Task<RawResponse?> SendAsync(
        Uri address, string method, string path, IEnumerable<KeyValuePair<string, string>> headers, byte[]? body, CancellationToken cancellationToken)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port, cancellationToken);
        var stream = connection.GetStream();
        await stream.WriteAsync(Request(address, method, path, headers, body), cancellationToken);

        return await ReadResponseAsync(stream, hasBody: method != "HEAD", cancellationToken);
    }

    public static byte[] Request(Uri address, string method, string path, IEnumerable<KeyValuePair<string, string>> headers, byte[]? body)
    {
        var head = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: {address.Authority}\r\nAccept-Encoding: identity\r\n");
        foreach (var (name, value) in headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        if (body is not null || method is "POST" or "PUT" or "PATCH")
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body?.Length ?? 0}\r\n");
        }

        head.Append("\r\n");

        return [.. Encoding.UTF8.GetBytes(head.ToString()), .. body ?? []];
    }

    public static async Task<RawResponse?> ReadResponseAsync(Stream stream, bool hasBody, CancellationToken cancellationToken)
    {
        if (await ReadHeadAsync(stream, cancellationToken) is not { } head)
        {
            return null;
        }

        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1)
            .Select(line => line.Split(':', 2))
            .GroupBy(pair => pair[0].Trim().ToLowerInvariant(), pair => pair[1].Trim())
            .ToDictionary(group => group.Key, group => string.Join(", ", group));
        var length = hasBody && headers.TryGetValue("content-length", out var value) ? int.Parse(value, CultureInfo.InvariantCulture) : 0;
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, cancellationToken);

        return new RawResponse(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, body);
    }

    // Byte by byte: what follows the head may already be a websocket's first frame.
    private static async Task<string?> ReadHeadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || head[^4] != '\r' || head[^3] != '\n' || head[^2] != '\r' || head[^1] != '\n')
        {
            int read;
            try
            {
                read = await stream.ReadAsync(one, cancellationToken);
            }
            catch (IOException)
            {
                read = 0;
            }

            if (read == 0)
            {
                return head.Count == 0 ? null : throw new IOException($"The answer broke off: {Encoding.UTF8.GetString([.. head])}");
            }

            head.Add(one[0]);
        }

        return Encoding.UTF8.GetString([.. head]);
    }
}
