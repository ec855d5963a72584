using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Data.Messages;
using WaPlatform.Gateway.Media;
using WaPlatform.ServiceDefaults.Media;

namespace WaPlatform.Gateway.Messages;

/// <summary>Takes a valid message in: fetches its file if it has one by URL, hands it on, and removes the file of what was not stored.</summary>
internal sealed class MessageIntake(
    Sender sender, MediaFetcher fetcher, MediaStore media, IDbContextFactory<WaDbContext> databases, MessageMetrics metrics, TimeProvider timeProvider)
{
    /// <exception cref="MediaRefusedException">The file at <see cref="MessageDraft.MediaUrl"/> cannot be had.</exception>
    /// <exception cref="PlatformException">As <see cref="Sender.SendAsync"/>.</exception>
    public async Task<MessageView> SendAsync(MessageDraft draft, bool wait, bool requireConnected, CancellationToken cancellationToken)
    {
        if (draft.MediaUrl is { } address)
        {
            // A repeat needs no file, and who sends from a device that is not there gets none.
            if (await FindEarlierAsync(draft, cancellationToken) is { } earlier)
            {
                metrics.Answered(earlier.Status);
                return earlier;
            }

            var rule = SendKinds.Of(draft.Type).Media!;
            draft = Accept(draft, rule, await fetcher.FetchAsync(address, rule, cancellationToken));
        }

        if (draft.Media is not { } file)
        {
            return await sender.SendAsync(draft, wait, requireConnected, cancellationToken);
        }

        var started = timeProvider.GetDatabaseTime();
        try
        {
            var view = await sender.SendAsync(draft, wait, requireConnected, cancellationToken);
            if (view.Idempotent)
            {
                media.Delete(file.Key);
            }

            return view;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            await RemoveUnlessStoredAsync(file, started, exception);
            throw;
        }
    }

    /// <summary>The draft with the file that was fetched for it.</summary>
    /// <exception cref="MediaRefusedException">It is not of a type that such a message takes; the file is removed.</exception>
    public MessageDraft Accept(MessageDraft draft, MediaRule rule, FetchedFile fetched)
    {
        var name = draft.FileName ?? fetched.Name ?? SendKinds.Of(draft.Type).Name;
        if (rule.Takes(fetched.ContentType, name, out var contentType))
        {
            return draft with { Media = new MediaFile(fetched.Key, name, contentType, fetched.Size) };
        }

        media.Delete(fetched.Key);
        throw new MediaRefusedException($"Is {contentType}; must be one of {rule.TypesText}.");
    }

    // Not where nobody knows whether it was stored: the caller went away in the middle, or the database did. Such a file is the sweep's.
    private async Task RemoveUnlessStoredAsync(MediaFile file, DateTimeOffset started, Exception failure)
    {
        if (failure is PlatformException || await IsNotStoredAsync(file, started))
        {
            media.Delete(file.Key);
        }
    }

    private async Task<bool> IsNotStoredAsync(MediaFile file, DateTimeOffset started)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
            return !await db.Messages.AnyAsync(m => m.CreatedAt >= started && m.Media == file, CancellationToken.None);
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable())
        {
            return false;
        }
    }

    private async Task<MessageView?> FindEarlierAsync(MessageDraft draft, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (draft.IdempotencyKey is { } key
            && await db.Messages.AsNoTracking().SingleOrDefaultAsync(m => m.PhoneNumber == draft.From.Digits && m.IdempotencyKey == key, cancellationToken) is { } earlier)
        {
            return draft.ConflictWith(earlier) is { } conflict ? throw conflict : earlier.ToView(idempotent: true);
        }

        return await db.Devices.AnyAsync(d => d.PhoneNumber == draft.From.Digits, cancellationToken)
            ? null
            : throw new PlatformException(ErrorCode.DeviceNotFound, $"No device has the number {draft.From}.");
    }
}
