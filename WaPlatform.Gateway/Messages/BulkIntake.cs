using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;
using WaPlatform.Data;
using WaPlatform.Data.Messages;
using WaPlatform.Gateway.Devices;
using WaPlatform.Gateway.Faults;
using WaPlatform.ServiceDefaults.Media;

namespace WaPlatform.Gateway.Messages;

/// <summary>Takes many messages of one device in. What is wrong with one refuses that one alone.</summary>
internal sealed class BulkIntake(
    Sender sender, BulkMedia files, MediaStore media, IDbContextFactory<WaDbContext> databases, TimeProvider timeProvider)
{
    /// <summary>1,000 messages of 8 KB each: some may be longer, but not all, for all of it is held in memory.</summary>
    public const long MaxBody = 8 * 1024 * 1024;

    private const int MaxMessages = 1000;

    /// <summary>What is wrong with the request as a whole.</summary>
    public static void Check(BulkRequest request, string? idempotencyKey, FieldErrors errors)
    {
        var count = request.Messages?.Length ?? 0;
        errors.Require(PhoneNumber.TryParse(request.From, out _), "from", "Must be the phone number of a registered device.");
        errors.Require(count is >= 1 and <= MaxMessages, "messages", $"Must have from 1 to {MaxMessages} messages.");

        // Each message's own key is made of it.
        errors.Require(
            idempotencyKey is null || (idempotencyKey.Length > 0 && SendChecks.IsKey(ItemKey(idempotencyKey, Math.Max(count - 1, 0)))),
            "Idempotency-Key", $"{SendChecks.KeyRule} Of these a bulk needs some for the index of each message.");
    }

    /// <summary>Stores what can be stored of a checked request.</summary>
    /// <exception cref="PlatformException">DEVICE_NOT_FOUND, STORAGE_UNAVAILABLE; nothing was stored.</exception>
    public async Task<BulkView> SendAsync(BulkRequest request, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var from = PhoneNumber.Parse(request.From!);
        var batchId = idempotencyKey is null ? Guid.CreateVersion7() : BatchIdOf(from, idempotencyKey);
        var batch = Read(request, idempotencyKey, batchId);
        await FindEarlierAsync(batch, from, batchId, idempotencyKey is not null, cancellationToken);
        await CheckConnectedAsync(batch, from, cancellationToken);

        await FetchAsync(batch, cancellationToken);

        // If this fails as a whole, nobody knows yet which of them are stored: their files are the sweep's.
        var open = batch.Where(entry => entry.IsOpen).ToList();
        var results = await sender.SendBulkAsync([.. open.Select(entry => entry.Draft!)], cancellationToken);
        for (var index = 0; index < open.Count; index++)
        {
            Settle(open[index], results[index]);
        }

        var ids = batch.Where(entry => entry.MessageId is not null).Select(entry => entry.MessageId!.Value).ToList();
        return new BulkView(batchId, ids.Count, [.. batch.Select(entry => entry.Rejection).OfType<BulkRejection>()], ids);
    }

    private static string ItemKey(string key, int index) => string.Create(CultureInfo.InvariantCulture, $"{key}:{index}");

    // Made of the key, so that a repeat has the same one even if the first request was cut in the middle. A version 8 UUID (RFC 9562 §5.8).
    private static Guid BatchIdOf(PhoneNumber from, string key)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes($"bulk {from.Digits} {key}")).AsSpan(0, 16);
        bytes[6] = (byte)(0x80 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }

    private List<BulkEntry> Read(BulkRequest request, string? idempotencyKey, Guid batchId)
    {
        var now = timeProvider.GetUtcNow();
        var batch = new List<BulkEntry>(request.Messages!.Length);
        foreach (var item in request.Messages)
        {
            var entry = new BulkEntry(batch.Count) { RequiresConnection = item.Request?.RequireConnected ?? false };
            batch.Add(entry);
            if (item.Request is null)
            {
                entry.Reject(item.Fault!);
                continue;
            }

            var errors = new FieldErrors();
            var key = idempotencyKey is null ? null : ItemKey(idempotencyKey, entry.Index);
            if (MessageDraft.Read(item.Request, request.From, key, upload: null, now, errors) is { } draft)
            {
                entry.Draft = draft with { BatchId = batchId };
            }
            else
            {
                entry.Reject(errors.ToResult().Fault);
            }
        }

        return batch;
    }

    // What an earlier request stored needs no file and no connection any more.
    private async Task FindEarlierAsync(List<BulkEntry> batch, PhoneNumber from, Guid batchId, bool keyed, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.FindDeviceAsync(from, cancellationToken) is null)
        {
            throw new PlatformException(ErrorCode.DeviceNotFound, $"No device has the number {from}.");
        }

        if (!keyed)
        {
            return;
        }

        var earlier = await db.Messages.AsNoTracking().Where(m => m.BatchId == batchId && m.PhoneNumber == from.Digits && m.IdempotencyKey != null)
            .ToDictionaryAsync(m => m.IdempotencyKey!, cancellationToken);
        foreach (var entry in batch.Where(entry => entry.IsOpen))
        {
            if (!earlier.TryGetValue(entry.Draft!.IdempotencyKey!, out var message))
            {
                continue;
            }

            if (entry.Draft.ConflictWith(message) is { } conflict)
            {
                entry.Reject(new Fault(conflict.Code, conflict.Detail));
            }
            else
            {
                entry.MessageId = message.Id;
            }
        }
    }

    private async Task CheckConnectedAsync(List<BulkEntry> batch, PhoneNumber from, CancellationToken cancellationToken)
    {
        var asking = batch.Where(entry => entry.IsOpen && entry.RequiresConnection).ToList();
        if (asking.Count == 0)
        {
            return;
        }

        try
        {
            await sender.CheckConnectedAsync(from, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && FaultMap.From(exception) is not null)
        {
            asking.ForEach(entry => entry.Reject(FaultMap.From(exception)!));
        }
    }

    private async Task FetchAsync(List<BulkEntry> batch, CancellationToken cancellationToken)
    {
        try
        {
            await files.FetchAsync(batch, cancellationToken);
        }
        catch
        {
            foreach (var file in batch.Where(entry => entry.IsOpen).Select(entry => entry.Draft!.Media).OfType<MediaFile>())
            {
                media.Delete(file.Key);
            }

            throw;
        }
    }

    private void Settle(BulkEntry entry, BulkResult result)
    {
        var file = entry.Draft!.Media;
        if (result.Failure is { } failure)
        {
            entry.Reject(new Fault(failure.Code, failure.Detail));
        }
        else
        {
            entry.MessageId = result.Message!.Id;
        }

        // Of a database that went away in the middle nobody knows what it stored: such a file is the sweep's.
        if (file is not null && (result.Repeated || result.Failure is { Code: not ErrorCode.StorageUnavailable }))
        {
            media.Delete(file.Key);
        }
    }
}

/// <summary>One message of a bulk on its way.</summary>
internal sealed class BulkEntry(int index)
{
    public int Index => index;

    /// <summary>Null if the message is not valid.</summary>
    public MessageDraft? Draft { get; set; }

    public bool RequiresConnection { get; init; }

    /// <summary>Set once it is stored.</summary>
    public Guid? MessageId { get; set; }

    public BulkRejection? Rejection { get; private set; }

    /// <summary>True while it is neither stored nor refused.</summary>
    public bool IsOpen => MessageId is null && Rejection is null;

    public void Reject(Fault fault) => Rejection = BulkRejection.From(index, fault);
}
