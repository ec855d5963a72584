using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Events;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.ProcessHost;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Gateway.Events;

/// <summary>Two gateways that hear the same live channel, on a Redis server of their own.</summary>
public sealed class HubReplicaTests : IAsyncLifetime
{
    private const string Phone = "5561000000009";

    private readonly RedisServer _redis = new();
    private readonly List<GatewayHost> _gateways = [];
    private readonly List<HubConnection> _connections = [];
    private readonly List<ConcurrentQueue<long>> _heard = [];
    private long _sequence;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        for (var n = 0; n < 2; n++)
        {
            var gateway = new GatewayHost(_redis) { HearsLiveChannel = true };
            _gateways.Add(gateway);
            await gateway.InitializeAsync();
            await ListenAsync(gateway);
        }

        // Each gateway subscribes by itself after its start.
        await PublishUntilAllHearAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        foreach (var gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }

        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Events_TwoGateways_EachTellsItsClientsEachEventOnceAndInOrder()
    {
        var from = _sequence;
        for (var n = 0; n < 200; n++)
        {
            await PublishAsync();
        }

        await HearAsync(_sequence);

        foreach (var heard in _heard)
        {
            Assert.Equal(Enumerable.Range(1, 200).Select(n => from + n), heard.Where(sequence => sequence > from));
        }
    }

    [Fact]
    public async Task Events_RedisWentAwayAndCameBack_AreHeardAgainAtBothOnceEach()
    {
        await _redis.StopAsync();
        await _redis.StartAsync(CancellationToken);

        await PublishUntilAllHearAsync();

        foreach (var heard in _heard.Select(queue => queue.ToArray()))
        {
            Assert.Equal(heard.Distinct().Order(), heard);
        }
    }

    private async Task PublishUntilAllHearAsync() => await RunningHost.UntilAsync(
        async () =>
        {
            var published = await PublishAsync();
            return published && _heard.TrueForAll(heard => heard.LastOrDefault() >= _sequence - 1 && heard.LastOrDefault() > 0);
        },
        () => $"published {_sequence}, heard {string.Join(" and ", _heard.Select(heard => heard.LastOrDefault()))}");

    private Task HearAsync(long sequence) => RunningHost.UntilAsync(
        () => Task.FromResult(_heard.TrueForAll(heard => heard.LastOrDefault() == sequence)),
        () => $"published {sequence}, heard {string.Join(" and ", _heard.Select(heard => heard.LastOrDefault()))}");

    // As the owner of a device does, and from one of the gateways' own connections: it comes back by itself, too.
    private async Task<bool> PublishAsync()
    {
        var e = new DeviceEvent(Phone, ++_sequence, EventTypes.StateChanged, FakeDevice.Since, EventSource.Platform, JsonDocument.Parse("{}").RootElement);
        try
        {
            var redis = _gateways[0].Services.GetRequiredService<IConnectionMultiplexer>();
            await redis.GetSubscriber().PublishAsync(RedisChannel.Literal(LiveChannel.Name), JsonSerializer.SerializeToUtf8Bytes(e, WireJson.Options));
            return true;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return false;
        }
    }

    private async Task ListenAsync(GatewayHost gateway)
    {
        var heard = new ConcurrentQueue<long>();
        var token = gateway.Client.DefaultRequestHeaders.Authorization!.Parameter;
        var connection = new HubConnectionBuilder()
            .WithUrl(new Uri(gateway.Address, "/hubs/events"), options => options.AccessTokenProvider = () => Task.FromResult(token)).Build();
        connection.On<JsonElement>("event", e => heard.Enqueue(e.GetProperty("sequence").GetInt64()));
        _connections.Add(connection);
        _heard.Add(heard);
        await connection.StartAsync(CancellationToken);
    }
}
