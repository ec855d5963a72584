namespace WaPlatform.Tests.Simulator.Replay;

/// <summary>What the recording sent on a socket at a step; the recording itself only names it.</summary>
internal static class SocketSteps
{
    public const string Fetch = """{"code":"FETCH_DEVICES","message":"","result":null}""";

    private static readonly Dictionary<string, Func<RawSocket, CancellationToken, Task>> Steps = new()
    {
        ["FETCH_DEVICES"] = (socket, token) => socket.TextAsync(Fetch, token),
        ["lowercase"] = (socket, token) => socket.TextAsync("""{"code":"fetch_devices","message":"","result":null}""", token),
        ["other code"] = (socket, token) => socket.TextAsync("""{"code":"OTHER","message":"","result":null}""", token),
        ["code number"] = (socket, token) => socket.TextAsync("""{"code":5}""", token),
        ["binary"] = (socket, token) => socket.BinaryAsync([1, 2, 3], token),
        ["ping"] = (socket, token) => socket.PingAsync("hey", token),
        ["array"] = (socket, token) => socket.TextAsync("[]", token),
        ["invalid json"] = (socket, token) => socket.TextAsync("{", token),
        ["close 1000"] = (socket, token) => socket.CloseAsync(1000, token),
        ["then"] = (_, _) => Task.CompletedTask,
    };

    public static bool IsImmediate(string step) => Steps.ContainsKey(step);

    public static Task SendAsync(RawSocket socket, string step, CancellationToken cancellationToken) => Steps[step](socket, cancellationToken);
}
