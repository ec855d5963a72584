using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.ProcessHost;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Telemetry;

/// <summary>A gateway and a host in a real cluster, and what one message leaves behind in both.</summary>
public sealed class TraceTests(RedisServer redis, PostgresServer postgres) : IAsyncLifetime
{
    private const string Phone = "5511999993001";

    private RunningHost _host = null!;
    private GatewayHost _gateway = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string?>
        {
            ["ConnectionStrings:wadb"] = await postgres.NameDatabaseAsync(CancellationToken),
            ["ConnectionStrings:redis"] = await redis.CreateDatabaseAsync(CancellationToken),
            ["Cluster:Mode"] = "redis",
            ["SIM_AUTO_CONNECT_DELAY"] = "300",
        };
        _host = await RunningHost.StartAsync(settings["ConnectionStrings:redis"]!, settings);
        _gateway = new GatewayHost(redis) { IsInCluster = true };
        foreach (var (name, value) in settings)
        {
            _gateway.Settings[name] = value;
        }

        await _gateway.InitializeAsync();
        await _host.PairAsync(Phone);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Message_FromRequestThroughQueueAndEngineToReceipt_IsOneTrace()
    {
        var trace = ActivityTraceId.CreateRandom();
        using var spans = new Spans(trace);

        // Nobody waits for it: what the queue does has no request around it.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/messages/send") { Content = JsonContent.Create(new { from = Phone, to = "5511888888888", message = "hi", wait = false }) };
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        using var answer = await _gateway.Client.SendAsync(request, CancellationToken);
        var id = (await answer.ReadJsonAsync(HttpStatusCode.Accepted)).GetProperty("id").GetGuid();

        string[] expected = ["Microsoft.AspNetCore.Hosting.HttpRequestIn", "engine.send message", "message.attempt", "message.receipt", "message.send"];
        await RunningHost.UntilAsync(
            () => Task.FromResult(expected.All(name => spans.Ended.Any(span => Name(span) == name))), () => $"only {string.Join(", ", spans.Ended.Select(Name))}");

        var attempt = Assert.Single(spans.Ended, span => span.OperationName == "message.attempt");
        Assert.Equal(attempt.SpanId, Assert.Single(spans.Ended, span => span.OperationName == "engine.send message").ParentSpanId);
        Assert.Equal((id, "sent"), ((Guid)attempt.GetTagItem("wa.message.id")!, (string)attempt.GetTagItem("wa.send.outcome")!));
        var stored = await _gateway.QueryAsync(db => db.Messages.AsNoTracking().SingleAsync(m => m.Id == id, CancellationToken));
        Assert.StartsWith($"00-{trace}-", stored.TraceParent, StringComparison.Ordinal);
        Assert.Equal(stored.TraceParent!.Split('-')[2], attempt.ParentSpanId.ToString());

        // The engine's polls, the keeper and all else that goes on is no part of it.
        Assert.DoesNotContain(spans.Ended, span => span.Duration > TimeSpan.FromMinutes(1));
        Assert.All(spans.Ended, span => Assert.DoesNotContain(span.TagObjects, tag => tag.Value is string text && text.Contains("5511", StringComparison.Ordinal)));
    }

    private static string Name(Activity span) => span.OperationName;
}
