using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;
using WaPlatform.ServiceDefaults.Queues;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.ProcessHost.Sessions;

/// <summary>Numbers whose sessions are in PostgreSQL: any host can go on with them.</summary>
public sealed class MovedDeviceTests(RedisServer redis, PostgresServer postgres) : IDisposable
{
    private const string Phone = "5511999992101";
    private const string AdJid = $"{Phone}:12@s.whatsapp.net";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("wa-moved-");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private string Lives => Path.Combine(_directory.FullName, "lives.jsonl");

    [Fact]
    public async Task Device_OnAnotherHostWithNothingButTheDatabase_IsConnectedWithoutAScan()
    {
        var database = await postgres.CreateDatabaseAsync(CancellationToken);
        await PairAndLeaveAsync(database);

        await using var second = await StartAsync(database);
        var live = await second.WaitForAsync(Phone, DeviceState.Connected);

        Assert.Equal($"{Phone}@s.whatsapp.net", live.Jid);
        Assert.True(live.Engine!.WebSocketOpen);
        Assert.Equal(AdJid, (await second.Device(Phone).GetRouteAsync())!.SlotId);
        Assert.Equal(MessageStatus.Sent, (await SendAsync(second, "after the move")).Status);
        Assert.DoesNotContain("overlap", (await File.ReadAllLinesAsync(Lives, CancellationToken)).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString()));

        // Its life goes on as ever: unlinked, and paired anew.
        await second.Device(Phone).LogoutAsync();
        await second.WaitForAsync(Phone, DeviceState.LoggedOut, DeviceReason.Operator);
        await second.Device(Phone).GetQrAsync();
        await second.ControlAsync(Phone, "scan");
        await second.WaitForAsync(Phone, DeviceState.Connected);
    }

    [Fact]
    public async Task Device_MovedAndItsEngineBreaksOffWithoutSending_SendsAgainBecauseTheNewStorageTells()
    {
        var database = await postgres.CreateDatabaseAsync(CancellationToken);
        await PairAndLeaveAsync(database);
        await using var second = await StartAsync(database);
        await second.WaitForAsync(Phone, DeviceState.Connected);

        await second.ControlAsync(Phone, "sends", new { mode = "drop", count = 1 });

        Assert.Equal(MessageStatus.Sent, (await SendAsync(second, "not lost")).Status);
    }

    [Fact]
    public async Task Engine_Killed_ComesBackOnTheSameHostWithItsSlotAndChats()
    {
        await using var host = await StartAsync(await postgres.CreateDatabaseAsync(CancellationToken));
        await host.PairAsync(Phone);
        var before = await host.WaitForAsync(Phone, DeviceState.Connected);

        using (var engine = Process.GetProcessById(before.Process!.Pid))
        {
            engine.Kill();
        }

        await host.WaitForAsync(Phone, live => live.State == DeviceState.Connected && live.Process!.Pid != before.Process.Pid);
        Assert.Equal(Phone, (await host.Device(Phone).GetRouteAsync())!.SlotId);
    }

    [Fact]
    public async Task Remove_WithErase_DropsSchemaAndRole()
    {
        var database = await postgres.CreateDatabaseAsync(CancellationToken);
        await using var host = await StartAsync(database);
        await host.PairAsync(Phone);
        Assert.Equal(["1"], await CountAsync(database));

        await host.Device(Phone).RemoveAsync(erase: true);

        Assert.Equal(["0"], await CountAsync(database));
        Assert.False(Directory.Exists(Path.Combine(host.DataDirectory, "sessions", Phone)));
    }

    [Fact]
    public async Task Remove_WithoutErase_KeepsThemAndANewRegistrationGetsIn()
    {
        var database = await postgres.CreateDatabaseAsync(CancellationToken);
        await using var host = await StartAsync(database);
        await host.PairAsync(Phone);

        await host.Device(Phone).RemoveAsync(erase: false);
        Assert.Equal(["1"], await CountAsync(database));

        await host.RegisterAsync(Phone);
        await host.WaitForAsync(Phone, DeviceState.Pairing);
    }

    [Fact]
    public async Task SessionServer_Away_IsAnObstacleAndNoCrashLoop()
    {
        await using var server = new PostgresServer();
        var sessions = await server.CreateDatabaseAsync(CancellationToken);
        await using var host = await RunningHost.StartAsync(
            await redis.CreateDatabaseAsync(CancellationToken), new() { ["Sessions:Store"] = "postgres", ["Sessions:ConnectionString"] = sessions });
        await host.PairAsync(Phone);
        var connected = await host.WaitForAsync(Phone, DeviceState.Connected);

        await server.StopAsync(CancellationToken);
        using (var engine = Process.GetProcessById(connected.Process!.Pid))
        {
            engine.Kill();
        }

        var failed = await host.WaitForAsync(Phone, DeviceState.Failed, DeviceReason.SessionStoreUnavailable);
        Assert.NotNull(DeviceReasonAdvice.For(failed.Reason));

        await server.StartAsync(CancellationToken);
        await host.WaitForAsync(Phone, DeviceState.Connected);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static Task<string[]> CountAsync(string database) => PostgresAddress.QueryAsync(
        database,
        $"SELECT count(*) FROM pg_namespace, pg_roles, pg_database WHERE datname = current_database() AND nspname = 'wa_{Phone}' AND rolname = 'wa_{Phone}_' || pg_database.oid",
        CancellationToken);

    private async Task<RunningHost> StartAsync(string database) => await RunningHost.StartAsync(
        await redis.CreateDatabaseAsync(CancellationToken), new() { ["ConnectionStrings:wadb"] = database, ["Sessions:Store"] = "postgres", ["SIM_LIVES"] = Lives });

    // Nothing of the first host's data directory is left.
    private async Task PairAndLeaveAsync(string database)
    {
        await using var first = await StartAsync(database);
        await first.PairAsync(Phone);
        await first.WaitForAsync(Phone, DeviceState.Connected);
    }

    private static async Task<MessageView> SendAsync(RunningHost host, string text)
    {
        var now = TimeProvider.System.GetUtcNow();
        var message = new Message
        {
            Id = Guid.CreateVersion7(now), PhoneNumber = Phone, To = "5511888888888@s.whatsapp.net", Type = MessageType.Text,
            Body = JsonSerializer.Serialize(new { message = text }), Status = MessageStatus.Queued, Priority = 5, DueAt = now, CreatedAt = now,
        };
        await host.QueryAsync(database =>
        {
            database.Messages.Add(message);
            return database.SaveChangesAsync(CancellationToken);
        });
        await host.Services.GetRequiredService<QueueIndex>().AddAsync(Phone, [new QueueEntry(message.Id, message.Priority, null)]);
        return (await host.Device(Phone).SubmitAsync(message.Id, TimeSpan.FromSeconds(60)))!;
    }
}
