namespace WaPlatform.Tests.Simulator.Replay;

/// <summary>Sends recorded requests to one simulator (and its successors on the same directory) and notes what differs.</summary>
internal sealed class Replay(SimulatorStart start, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly List<SimulatorProcess> _processes = [];
    private readonly Dictionary<string, string> _made = [];
    private readonly Dictionary<int, (RawSocket Socket, int Seen)> _sockets = [];

    public SortedSet<int> Replayed { get; } = [];

    public List<string> Mismatches { get; } = [];

    public CancellationToken CancellationToken => cancellationToken;

    public SimulatorProcess Simulator => _processes[^1];

    public Task StartAsync() => StartAsync(start);

    /// <summary>
    /// Stops the process with SIGTERM and starts the next one in its directory, which <paramref name="meanwhile"/> may change; as
    /// <paramref name="next"/>, where that is not as the first.
    /// </summary>
    public async Task RestartAsync(Func<string, Task>? meanwhile = null, SimulatorStart? next = null)
    {
        var code = await Simulator.StopAsync(cancellationToken);
        if (code != 0)
        {
            Mismatches.Add($"SIGTERM before a restart ended with {code}");
        }

        if (meanwhile is not null)
        {
            await meanwhile(Simulator.Directory);
        }

        await StartAsync(next ?? start);
    }

    /// <summary>Replays in the recorded order. After each exchange <paramref name="then"/> may act on its step.</summary>
    public async Task AllAsync(IEnumerable<Exchange> exchanges, Func<Exchange, Task>? then = null)
    {
        foreach (var exchange in exchanges)
        {
            if (exchange.IsHandshake)
            {
                await HandshakeAsync(exchange);
            }
            else
            {
                await SendAsync(exchange);
            }

            if (then is not null)
            {
                await then(exchange);
            }
        }
    }

    /// <summary>Sends one exchange, or what it was when the recording only named it; several may be on their way at a time.</summary>
    public async Task SendAsync(Exchange exchange, RecordedRequest? instead = null)
    {
        var request = instead ?? exchange.Request;
        Note(exchange, await RawHttp.SendAsync(
            Simulator.Address, request.Method, Made(request.Path), request.Headers, RecordedBody.Bytes(request.Body), cancellationToken));
    }

    /// <summary>
    /// Compares the next frames of a socket that an exchange opened with what the recording saw at that step;
    /// <paramref name="on"/> is another exchange's socket, when that is where the frame came.
    /// </summary>
    public async Task ExpectAsync(Exchange opened, string step, Exchange? on = null)
    {
        var (own, seen) = _sockets[opened.Index];
        var socket = on is null ? own : Socket(on);
        var frame = opened.Frames[seen];
        Assert.Equal(step, frame.Step);
        var events = new List<SocketEvent>();
        foreach (var recorded in frame.Events)
        {
            events.Add(recorded.IsNothing ? await socket.NothingAsync(cancellationToken) : await socket.ReceiveAsync(cancellationToken));
        }

        if (Comparison.Of(opened, frame, [.. events]) is { } mismatch)
        {
            Mismatches.Add($"{opened}\n    {mismatch}");
        }

        _sockets[opened.Index] = (own, seen + 1);
    }

    public RawSocket Socket(Exchange opened) => _sockets[opened.Index].Socket;

    /// <summary>Notes the recorded frames that nobody has asked for.</summary>
    public void CheckFrames() => Mismatches.AddRange(_sockets
        .Select(pair => (Exchange: Exchange.All[pair.Key], pair.Value.Seen))
        .Where(socket => socket.Seen < socket.Exchange.Frames.Length)
        .Select(socket => $"{socket.Exchange}\n    frame \"{socket.Exchange.Frames[socket.Seen].Step}\" was not replayed"));

    public async ValueTask DisposeAsync()
    {
        foreach (var (socket, _) in _sockets.Values)
        {
            socket.Dispose();
        }

        // The first one owns the directory, so it goes last.
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }
    }

    private async Task StartAsync(SimulatorStart with) =>
        _processes.Add(await SimulatorProcess.StartAsync(with with { Directory = Directory }, cancellationToken));

    private string? Directory => _processes.Count == 0 ? start.Directory : _processes[0].Directory;

    private async Task HandshakeAsync(Exchange exchange)
    {
        var headers = exchange.Request.Headers;
        if (exchange.Step == "version 8")
        {
            // Only the name of this one tells which version was asked for.
            headers = new Dictionary<string, string>(headers) { ["Sec-WebSocket-Version"] = "8" };
        }

        var (socket, response) = await RawSocket.OpenAsync(Simulator.Address, Made(exchange.Request.Path), headers, cancellationToken);
        Note(exchange, response);
        _sockets.Add(exchange.Index, (socket, 0));
        if (response.Status != 101)
        {
            return;
        }

        foreach (var frame in exchange.Frames.TakeWhile(frame => SocketSteps.IsImmediate(frame.Step)))
        {
            await SocketSteps.SendAsync(socket, frame.Step, cancellationToken);
            await ExpectAsync(exchange, frame.Step);
        }
    }

    private void Note(Exchange exchange, RawResponse? response)
    {
        lock (_made)
        {
            NoteLocked(exchange, response);
        }
    }

    private void NoteLocked(Exchange exchange, RawResponse? response)
    {
        Replayed.Add(exchange.Index);
        if (exchange.Response.Body is { } body && response is not null)
        {
            foreach (var (recorded, actual) in Mask.Uuids(body).Zip(Mask.Uuids(response.Text)))
            {
                _made[recorded] = actual;
            }
        }

        Mismatches.AddRange(Comparison.Of(exchange, response).Select(mismatch => $"{exchange}\n    {mismatch}"));
    }

    // A recorded path may name an id that the binary made up; this run has its own.
    private string Made(string path) => _made.Aggregate(path, (text, pair) => text.Replace(pair.Key, pair.Value, StringComparison.Ordinal));
}
