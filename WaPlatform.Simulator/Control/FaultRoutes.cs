using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Network;
using WaPlatform.Simulator.Output;
using WaPlatform.Simulator.Sending;

namespace WaPlatform.Simulator.Control;

/// <summary>The part of <c>/_simulator/*</c> that breaks things: network, replace, crash, hang, deaf, outdated, sends, faults.</summary>
internal static class FaultRoutes
{
    // Time for the answer to leave before the process does.
    private static readonly TimeSpan Parting = TimeSpan.FromMilliseconds(50);

    public static void AddFaultRoutes(this RouteTable routes, Gowa gowa)
    {
        routes.Control("POST", "network", (context, cancellationToken) => NetworkAsync(gowa, context, cancellationToken));
        routes.Control("POST", "replace", (_, _) => Task.FromResult(End(gowa, 0, "")));
        routes.Control("POST", "crash", (_, _) => Task.FromResult(End(gowa, 2, GoTexts.Crash())));
        routes.Control("POST", "hang", (context, cancellationToken) => HangAsync(gowa, context, cancellationToken));
        routes.Control("POST", "deaf", (context, cancellationToken) => DeafAsync(gowa, context, cancellationToken));
        routes.Control("POST", "outdated", (context, cancellationToken) => OutdatedAsync(gowa, context, cancellationToken));
        routes.Control("POST", "sends", (context, cancellationToken) => SendsAsync(gowa, context, cancellationToken));
        routes.Control("POST", "faults", (context, cancellationToken) => FaultsAsync(gowa, context, cancellationToken));
    }

    private static async Task<Answer> NetworkAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await ControlBody.ReadAsync(context, cancellationToken);
        var up = body.Flag("up", false);
        if (up)
        {
            gowa.Uplink.Raise();
        }
        else
        {
            var dial = body.Text("dial", "refused");
            var failure = DialFailures.Parse(dial) ?? throw ApiException.BadRequest("dial is refused, nohost, mute or dropped");
            gowa.Uplink.Drop(failure, body.Number("seconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
            gowa.Connector.DropAll(gowa.Slots.Snapshot);
        }

        return Answer.Success(up ? "Network up" : "Network down");
    }

    private static Answer End(Gowa gowa, int code, string words)
    {
        gowa.Background.Run(async stopping =>
        {
            await Task.Delay(Parting, gowa.Time, stopping);
            gowa.Log.Raw(words);
            gowa.End.Exit(code);
        });
        return Answer.Success("Ending");
    }

    private static async Task<Answer> HangAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await ControlBody.ReadAsync(context, cancellationToken);
        gowa.Faults.Hang(TimeSpan.FromSeconds(body.Number("seconds") ?? throw ApiException.BadRequest("seconds is required")));
        return Answer.Success("Hanging");
    }

    private static async Task<Answer> DeafAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await ControlBody.ReadAsync(context, cancellationToken);
        var deafness = body.Text("kind", "events") switch
        {
            "events" => Deafness.Events,
            "link" => Deafness.Link,
            _ => throw ApiException.BadRequest("kind is events or link"),
        };
        gowa.Hearing.Deafness = body.Flag("on", true) ? deafness : Deafness.None;
        return Answer.Success(gowa.Hearing.IsDeaf ? "Deaf" : "Hearing");
    }

    private static async Task<Answer> OutdatedAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        gowa.Connector.SetOutdated((await ControlBody.ReadAsync(context, cancellationToken)).Flag("on", true), gowa.Slots.Snapshot);
        return Answer.Success(gowa.Connector.Outdated ? "Outdated" : "Current");
    }

    private static async Task<Answer> SendsAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await ControlBody.ReadAsync(context, cancellationToken);
        var outcome = body.Text("mode", "ok") switch
        {
            "ok" => SendOutcome.Ok,
            "slow" => SendOutcome.Slow,
            "error" => SendOutcome.Error,
            "drop" => SendOutcome.Drop,
            "commitThenDrop" => SendOutcome.CommitThenDrop,
            "commitThenDie" => SendOutcome.CommitThenDie,
            "timelock" => SendOutcome.Timelock,
            _ => throw ApiException.BadRequest("mode is ok, slow, error, drop, commitThenDrop, commitThenDie or timelock"),
        };
        var latency = body.Number("latencyMs") is { } milliseconds
            ? TimeSpan.FromMilliseconds(milliseconds)
            : outcome == SendOutcome.Slow ? TimeSpan.FromSeconds(5) : (TimeSpan?)null;
        gowa.Sender.Mode = new SendMode(
            outcome, latency, (int)(body.Number("status") ?? 500), body.Text("code", "INTERNAL_SERVER_ERROR"),
            body.Text("message", "failed to send message: server returned error 500"), (int?)body.Number("count"));
        return Answer.Success("Sends", GoJson.Map(("mode", body.Text("mode", "ok"))));
    }

    private static async Task<Answer> FaultsAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await ControlBody.ReadAsync(context, cancellationToken);
        gowa.Faults.Garbage = body.Flag("garbage", gowa.Faults.Garbage);
        gowa.Faults.IgnoreSigterm = body.Flag("ignoreSigterm", gowa.Faults.IgnoreSigterm);
        return Answer.Success("Faults", GoJson.Map(("garbage", gowa.Faults.Garbage), ("ignoreSigterm", gowa.Faults.IgnoreSigterm)));
    }
}
