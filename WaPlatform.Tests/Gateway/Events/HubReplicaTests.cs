using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.ServiceDefaults.Events;
using WaPlatform.Tests.Events;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.ProcessHost;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Gateway.Events;

/// <summary>Two gateways that hear the same live channel, on a Redis server of their own.</summary>
public sealed class HubReplicaTests : IAsyncLifetime
{
    private const string Phone = "5561000000009";

    private readonly RedisServer _redis = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("wa-replicas-");
    private readonly List<GatewayHost> _gateways = [];
    private readonly List<HubConnection> _connections = [];
    private readonly List<ConcurrentQueue<long>> _heard = [];
    private JournalWriter _journal = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var redis = await _redis.CreateDatabaseAsync(CancellationToken);
        var database = $"Data Source={Path.Combine(_directory.FullName, "wa.db")}";
        for (var n = 0; n < 2; n++)
        {
            var gateway = new GatewayHost(_redis) { FollowsJournal = true };
            gateway.Settings["ConnectionStrings:wadb"] = database;
            gateway.Settings["ConnectionStrings:redis"] = redis;
            _gateways.Add(gateway);
            await gateway.InitializeAsync();
            await gateway.Services.GetRequiredService<JournalTail>().Ready;
            await ListenAsync(gateway);
        }

        _journal = new JournalWriter(_gateways[0].Services);
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
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Events_TwoGateways_EachTellsItsClientsEachEventOnceAndInOrder()
    {
        for (var n = 0; n < 200; n++)
        {
            await _journal.AppendAsync([_journal.Next(Phone)]);
        }

        await HearAsync(200);
    }

    [Fact]
    public async Task Events_RedisIsAwayForAWhile_AreHeardAtBothOnceEachAndInOrder()
    {
        await _journal.AppendAsync([_journal.Next(Phone)]);
        await _redis.StopAsync();
        await _journal.AppendAsync([_journal.Next(Phone), _journal.Next(Phone)]);
        await HearAsync(3);

        await _redis.StartAsync(CancellationToken);
        await _journal.AppendAsync([_journal.Next(Phone)]);

        await HearAsync(4);
    }

    private async Task HearAsync(int count)
    {
        await RunningHost.UntilAsync(
            () => Task.FromResult(_heard.TrueForAll(heard => heard.Count >= count)), () => $"heard {string.Join(" and ", _heard.Select(heard => heard.Count))} of {count}");
        Assert.All(_heard, heard => Assert.Equal(Enumerable.Range(1, count).Select(n => (long)n), heard));
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
