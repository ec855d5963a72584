using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Contracts.Devices;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Simulator;

namespace WaPlatform.Tests.Gateway.Proxy;

public sealed class ProxyTurnTests : ProxyTestBase
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeDevice _device;
    private readonly Guid _turn = Guid.NewGuid();

    public ProxyTurnTests(GatewayHost gateway) : base(gateway)
    {
        // The owner is shared by the tests of this class, one after another.
        _device = gateway.Devices[Phone];
        _device.OnEnterSend = _ => Task.FromResult<Guid?>(_turn);
        _device.Failure = null;
        _device.Queue = new QueueInfo(0, 0, 0, false, null, new QueueSettings());
    }

    [Theory]
    [InlineData("/proxy/whatsapp/5551000000001/send/message")]
    [InlineData("/proxy/whatsapp/send/message")]
    [InlineData("/PROXY/WHATSAPP/5551000000001/SEND/MESSAGE")]
    [InlineData("/proxy/whatsapp/send/message/")]
    [InlineData("/proxy/whatsapp/5551000000001/%73end/image?x=1")]
    public async Task Send_EitherForm_TakesATurnAndGivesItBack(string path)
    {
        var asked = Asked();
        using var request = new HttpRequestMessage(HttpMethod.Post, Raw(path)) { Content = new StringContent("{}") };

        using var response = await Gateway.Client.SendAsync(request, CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(Engine.Requests);
        await ReturnedAsync();
        Assert.Equal(asked + 1, Asked());
        Assert.Contains($"{Phone} EnterSendAsync(30)", _device.Calls);
    }

    [Theory]
    [InlineData("GET", "/send/message")]
    [InlineData("POST", "/app/reconnect")]
    [InlineData("POST", "/message/3EB0/reaction?to=/send/message")]
    public async Task OtherCalls_TakeNoTurn(string method, string path)
    {
        var asked = Asked();

        using var response = await Gateway.Client.SendAsync(Request(method, path), CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(asked, Asked());
    }

    [Fact]
    public async Task Send_NoTurnYet_ReachesTheEngineOnlyWithIt()
    {
        var waits = new List<string?>();
        using var listener = ListenToWaits(waits);
        var (asked, turn) = HoldTurn();

        var sending = Gateway.Client.SendAsync(Request("POST", "/send/message", "{\"a\":1}"), CancellationToken);
        await asked.WaitAsync(Patience, CancellationToken);
        Assert.Empty(Engine.Requests);
        turn.SetResult(_turn);
        using var response = await sending;

        Assert.Equal("{\"a\":1}", await response.Content.ReadAsStringAsync(CancellationToken));
        await ReturnedAsync();
        Assert.Equal(["given"], waits);
    }

    [Fact]
    public async Task Send_AnswerIsStreamed_TurnLastsToItsEnd()
    {
        var rest = new TaskCompletionSource();
        Engine.Handle = async context =>
        {
            await context.Response.WriteAsync("first", CancellationToken);
            await context.Response.Body.FlushAsync(CancellationToken);
            await rest.Task.WaitAsync(CancellationToken);
            await context.Response.WriteAsync("last", CancellationToken);
        };

        using var response = await Gateway.Client.SendAsync(Request("POST", "/send/message", "{}"), HttpCompletionOption.ResponseHeadersRead, CancellationToken);
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync(CancellationToken), Encoding.ASCII);
        await stream.ReadBlockAsync(new char[5], CancellationToken);
        Assert.DoesNotContain(_device.Calls, IsReturn);
        rest.SetResult();

        Assert.Equal("last", await stream.ReadToEndAsync(CancellationToken));
        await ReturnedAsync();
    }

    [Theory]
    [InlineData(true, HttpStatusCode.BadGateway, "ENGINE_ERROR")]
    [InlineData(false, HttpStatusCode.ServiceUnavailable, "ENGINE_UNAVAILABLE")]
    public async Task Send_EngineFails_TurnIsGivenBack(bool afterwards, HttpStatusCode status, string code)
    {
        Engine.Handle = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        if (!afterwards)
        {
            _device.OnEnterSend = async _ =>
            {
                // It goes while the send waits for its turn.
                await Engine.DisposeAsync();
                return _turn;
            };
        }

        using var response = await Gateway.Client.SendAsync(Request("POST", "/send/message", "{}"), CancellationToken);

        await response.AssertProblemAsync(status, code);
        await ReturnedAsync();
    }

    [Fact]
    public async Task Send_ClientGoesBeforeTheAnswer_TurnIsGivenBack()
    {
        var reached = new TaskCompletionSource();
        Engine.Handle = context =>
        {
            reached.SetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);

        var sending = Gateway.Client.SendAsync(Request("POST", "/send/message", "{}"), abort.Token);
        await reached.Task.WaitAsync(Patience, CancellationToken);
        await abort.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await ReturnedAsync();
    }

    [Fact]
    public async Task Send_ClientGoesBeforeItsTurn_TurnIsGivenBackWhenItComes()
    {
        var waits = new List<string?>();
        using var listener = ListenToWaits(waits);
        var (asked, turn) = HoldTurn();
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);

        var sending = Gateway.Client.SendAsync(Request("POST", "/send/message", "{}"), abort.Token);
        await asked.WaitAsync(Patience, CancellationToken);
        await abort.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await Eventually.TrueAsync(_ => Task.FromResult(waits is ["gone"]), Patience, CancellationToken);
        turn.SetResult(_turn);

        await ReturnedAsync();
        Assert.Empty(Engine.Requests);
    }

    [Theory]
    [InlineData(false, 1_500, "2", "lets 3 start in 1500 ms and 2 be under way; 7 messages wait")]
    [InlineData(false, 0, "1", "no turn")]
    [InlineData(false, 3_600_000, "60", "no turn")]
    [InlineData(true, 1_500, "60", "paused")]
    public async Task Send_NoTurnInTime_Answers429AndSaysWhy(bool paused, int intervalMs, string retryAfter, string why)
    {
        _device.OnEnterSend = _ => Task.FromResult<Guid?>(null);
        _device.Queue = new QueueInfo(7, 2, 0, paused, 3, new QueueSettings(2, intervalMs, 3));

        using var response = await Gateway.Client.SendAsync(Request("POST", "/send/message", "{}"), CancellationToken);

        var problem = await response.AssertProblemAsync(HttpStatusCode.TooManyRequests, "RATE_LIMITED");
        Assert.Contains(why, problem.GetProperty("detail").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.True(problem.GetProperty("retriable").GetBoolean());
        Assert.Equal([retryAfter], response.Headers.GetValues("Retry-After"));
        Assert.Empty(Engine.Requests);
    }

    [Fact]
    public async Task Send_NoEngine_Answers503WithoutWaitingForATurn()
    {
        var asked = Asked();
        _device.Route = null;
        await Gateway.ForgetRouteAsync(Phone);

        using var response = await Gateway.Client.SendAsync(Request("POST", "/send/message", "{}"), CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "ENGINE_UNAVAILABLE");
        Assert.Equal(asked, Asked());
    }

    [Fact]
    public async Task Send_OwnerRefusesTheTurn_AnswersItsReason()
    {
        _device.OnEnterSend = _ => throw new SiloUnavailableException("secret");

        using var response = await Gateway.Client.SendAsync(Request("POST", "/send/message", "{}"), CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "ENGINE_UNAVAILABLE");
        Assert.Empty(Engine.Requests);
    }

    [Fact]
    public async Task Send_TurnCannotBeGivenBack_AnswersAllTheSameAndWarns()
    {
        _device.OnEnterSend = _ =>
        {
            _device.Failure = new SiloUnavailableException("secret");
            return Task.FromResult<Guid?>(_turn);
        };

        using var response = await Gateway.Client.SendAsync(Request("POST", "/send/message", "{}"), CancellationToken);

        Assert.Equal("{}", await response.Content.ReadAsStringAsync(CancellationToken));
        await Eventually.TrueAsync(_ => Task.FromResult(Warnings().Count > 0), Patience, CancellationToken);
        var warning = Assert.Single(Warnings());
        Assert.Contains("*********0001", warning, StringComparison.Ordinal);
        Assert.DoesNotContain(Phone, warning, StringComparison.Ordinal);
    }

    private int Asked() => _device.Calls.Count(call => call.Contains("EnterSendAsync", StringComparison.Ordinal));

    private (Task Asked, TaskCompletionSource<Guid?> Turn) HoldTurn()
    {
        var asked = new TaskCompletionSource();
        var turn = new TaskCompletionSource<Guid?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _device.OnEnterSend = _ =>
        {
            asked.SetResult();
            return turn.Task;
        };
        return (asked.Task, turn);
    }

    private Task ReturnedAsync() => Eventually.TrueAsync(_ => Task.FromResult(_device.Calls.Any(IsReturn)), Patience, CancellationToken);

    private bool IsReturn(string call) => call == $"{Phone} LeaveSendAsync({_turn})";

    private List<string> Warnings()
    {
        lock (Gateway.Log)
        {
            return [.. Gateway.Log.Where(line => line.Contains("could not be given back", StringComparison.Ordinal))];
        }
    }

    private MeterListener ListenToWaits(List<string?> outcomes)
    {
        var meters = Gateway.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "wa.proxy.turn.wait" && instrument.Meter.Scope == meters)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            Assert.True(seconds >= 0);
            outcomes.Add((string?)tags[0].Value);
        });
        listener.Start();
        return listener;
    }
}
