using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Messages;
using WaPlatform.Tests.Events;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Gateway.Proxy;

namespace WaPlatform.Tests.Gateway.Access;

/// <summary>A gateway with two devices, each with an engine, and a key with every scope that is limited to one of them.</summary>
public sealed class TwoDevices(Redis.RedisServer redis) : IAsyncLifetime
{
    public const string Own = "5551000000041";
    public const string Other = "5551000000042";

    /// <summary>In everything that belongs to the other device.</summary>
    public const string Mark = "secret";

    public static readonly Guid MessageId = Guid.Parse("01990000-0000-7000-8000-000000000001");
    public static readonly Guid QueuedId = Guid.Parse("01990000-0000-7000-8000-000000000002");
    public static readonly Guid BatchId = Guid.Parse("01990000-0000-8000-8000-000000000003");

    private FakeEngine _ownEngine = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public GatewayHost Gateway { get; } = new(redis) { Settings = { ["API_RATE_LIMIT"] = "0" } };

    public FakeEngine OtherEngine { get; private set; } = null!;

    public string Key { get; private set; } = "";

    public HttpClient Limited { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Gateway.InitializeAsync();
        (_ownEngine, OtherEngine) = (await FakeEngine.StartAsync(CancellationToken), await FakeEngine.StartAsync(CancellationToken));
        foreach (var (number, engine) in ((string, FakeEngine)[])[(Own, _ownEngine), (Other, OtherEngine)])
        {
            Gateway.Devices[number].Route = engine.Route;
            await Gateway.RegisterAsync(number);
        }

        await Gateway.QueryAsync(FillAsync);
        var journal = new JournalWriter(Gateway.Services);
        await journal.AppendAsync([journal.Next(Other, EventTypes.MessageReceived, $$"""{"text":"{{Mark}}"}""")], silently: true);
        Key = (await Gateway.CreateKeyAsync([.. WaPlatform.Gateway.Access.Scopes.All], [Own])).GetProperty("key").GetString()!;
        Limited = Gateway.WithKey(Key);
    }

    public async ValueTask DisposeAsync()
    {
        Limited.Dispose();
        await Gateway.DisposeAsync();
        await _ownEngine.DisposeAsync();
        await OtherEngine.DisposeAsync();
    }

    /// <summary>Everything of the other device that somebody could have changed, and what its owner was asked.</summary>
    public Task<string> StateAsync() => Gateway.QueryAsync(async db => JsonSerializer.Serialize(new
    {
        Devices = await db.Devices.AsNoTracking().ToListAsync(CancellationToken),
        Messages = await db.Messages.AsNoTracking().Where(m => m.PhoneNumber == Other).OrderBy(m => m.Id).ToListAsync(CancellationToken),
        Keys = await db.ApiKeys.CountAsync(CancellationToken),
        Users = await db.Users.Select(user => new { user.Username, user.PasswordHash }).ToListAsync(CancellationToken),
        Calls = Gateway.Devices[Other].Calls.ToList(),
    }));

    private static async Task<int> FillAsync(WaPlatform.Data.WaDbContext db)
    {
        var device = await db.Devices.SingleAsync(d => d.PhoneNumber == Other, CancellationToken);
        device.Name = $"{Mark} desk";
        device.State = DeviceState.Stopped;
        db.StateChanges.Add(new StateChange { PhoneNumber = Other, State = DeviceState.Connected, At = FakeDevice.Since });
        foreach (var (id, status) in ((Guid, MessageStatus)[])[(MessageId, MessageStatus.Failed), (QueuedId, MessageStatus.Queued)])
        {
            db.Messages.Add(new Message
            {
                Id = id,
                PhoneNumber = Other,
                To = "5511888888888@s.whatsapp.net",
                Body = $$"""{"message":"{{Mark}}"}""",
                Status = status,
                Tag = $"{Mark}-tag",
                BatchId = BatchId,
                IdempotencyKey = id == MessageId ? "the-key" : null,
                RequestHash = Mark,
                ErrorDetail = Mark,
                DueAt = FakeDevice.Since,
                CreatedAt = FakeDevice.Since,
            });
        }

        return await db.SaveChangesAsync(CancellationToken);
    }
}
