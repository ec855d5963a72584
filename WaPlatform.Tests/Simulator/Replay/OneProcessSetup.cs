using System.Runtime.InteropServices;

namespace WaPlatform.Tests.Simulator.Replay;

/// <summary>The recording's long first run: one process, and one socket that watches it to its end.</summary>
internal static class OneProcessSetup
{
    public static async Task PlayAsync(Replay replay, IReadOnlyList<Exchange> exchanges)
    {
        var watching = exchanges.Single(exchange => exchange.Step == "ws headerless single slot");
        await replay.StartAsync();
        await replay.AllAsync(exchanges, exchange => AfterAsync(replay, exchange, watching));
        replay.Simulator.Signal(PosixSignal.SIGTERM);
        await replay.ExpectAsync(watching, "after SIGTERM");
    }

    private static async Task AfterAsync(Replay replay, Exchange exchange, Exchange watching)
    {
        switch (exchange.Step)
        {
            case "ws auth by query":
                await replay.Socket(exchange).TextAsync(SocketSteps.Fetch, replay.CancellationToken);
                await replay.ExpectAsync(exchange, "FETCH_DEVICES sent on socket 2, received on socket 1", on: watching);
                await replay.ExpectAsync(exchange, "on socket 2");
                break;
            case "webhook patch while ws":
                await replay.ExpectAsync(watching, "after PATCH webhook");
                break;
            case "clear":
                await replay.ExpectAsync(watching, "after clear");
                break;
            case "ws frames pending":
                await replay.ExpectAsync(watching, "after logins");
                await replay.Socket(watching).TextAsync(SocketSteps.Fetch, replay.CancellationToken);
                await replay.ExpectAsync(watching, "FETCH_DEVICES after login attempts");
                break;
            case "devices after logout":
                await replay.ExpectAsync(watching, "after logouts");
                break;
            case "status of deleted":
                await replay.ExpectAsync(watching, "after deletes");
                break;
        }
    }
}
