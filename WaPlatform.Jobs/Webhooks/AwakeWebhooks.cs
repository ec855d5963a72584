using System.Collections.Concurrent;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>The webhooks that this process delivers to, each with the revision of its row.</summary>
internal sealed class AwakeWebhooks
{
    private readonly ConcurrentDictionary<Guid, long> _revisions = new();

    public IReadOnlyCollection<Guid> Ids => [.. _revisions.Keys];

    public void Set(Guid webhook, long revision) => _revisions[webhook] = revision;

    public void Remove(Guid webhook, long revision) => _revisions.TryRemove(new KeyValuePair<Guid, long>(webhook, revision));

    public bool Has(Guid webhook, long revision) => _revisions.TryGetValue(webhook, out var known) && known == revision;
}
