using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Messages;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Media;
using WaPlatform.ServiceDefaults.Media;

namespace WaPlatform.Gateway.Messages;

/// <summary>Fetches the files of a bulk: each URL once, a few at a time. Every message gets a file of its own to remove.</summary>
internal sealed class BulkMedia(MediaFetcher fetcher, MessageIntake intake, MediaStore media, TimeProvider timeProvider)
{
    private const int MaxAtOnce = 8;

    // A caller waits for the answer, and a file that waits too long for its row is swept.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>Refuses the messages whose files cannot be had.</summary>
    public async Task FetchAsync(IReadOnlyList<BulkEntry> batch, CancellationToken cancellationToken)
    {
        var asked = batch.Where(entry => entry.IsOpen && entry.Draft!.MediaUrl is not null)
            .GroupBy(entry => (Address: entry.Draft!.MediaUrl!, entry.Draft.Type)).ToList();
        if (asked.Count == 0)
        {
            return;
        }

        using var limit = new CancellationTokenSource(Longest, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        await Parallel.ForEachAsync(
            asked, new ParallelOptions { MaxDegreeOfParallelism = MaxAtOnce, CancellationToken = cancellationToken },
            async (group, _) => await FetchAsync(group.Key.Address, group.Key.Type, [.. group], either.Token));
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static void Reject(IEnumerable<BulkEntry> entries, string problem)
    {
        var errors = new FieldErrors();
        errors.Add("mediaUrl", problem);
        foreach (var entry in entries)
        {
            entry.Reject(errors.ToResult().Fault);
        }
    }

    private async Task FetchAsync(Uri address, MessageType type, IReadOnlyList<BulkEntry> entries, CancellationToken cancellationToken)
    {
        var rule = SendKinds.Of(type).Media!;
        try
        {
            var fetched = await fetcher.FetchAsync(address, rule, cancellationToken);

            // The copies first: who gets the file itself may refuse and remove it.
            foreach (var entry in entries.Skip(1))
            {
                await GiveCopyAsync(entry, rule, fetched, cancellationToken);
            }

            Give(entries[0], rule, fetched);
        }
        catch (MediaRefusedException exception)
        {
            Reject(entries, exception.Message);
        }
        catch (OperationCanceledException)
        {
            Reject(entries, $"Was not fetched within the {Longest.TotalMinutes:0} minutes that a bulk has for all its files.");
        }
        catch (PlatformException exception)
        {
            foreach (var entry in entries)
            {
                entry.Reject(new Fault(exception.Code, exception.Detail));
            }
        }
    }

    private async Task GiveCopyAsync(BulkEntry entry, MediaRule rule, FetchedFile file, CancellationToken cancellationToken)
    {
        try
        {
            Give(entry, rule, file with { Key = await media.CopyAsync(file.Key, cancellationToken) });
        }
        catch (IOException)
        {
            entry.Reject(new Fault(ErrorCode.StorageUnavailable, "The file cannot be stored now; nothing was sent."));
        }
    }

    private void Give(BulkEntry entry, MediaRule rule, FetchedFile file)
    {
        try
        {
            entry.Draft = intake.Accept(entry.Draft!, rule, file);
        }
        catch (MediaRefusedException exception)
        {
            Reject([entry], exception.Message);
        }
    }
}
