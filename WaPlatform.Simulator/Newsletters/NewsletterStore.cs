using System.Text.Json.Nodes;
using WaPlatform.Simulator.Storage;

namespace WaPlatform.Simulator.Newsletters;

/// <summary>Which channels an account has left; it follows all the others. Thread-safe.</summary>
internal sealed class NewsletterStore
{
    private readonly Lock _gate = new();
    private readonly HashSet<(string Account, string Id)> _left = [];
    private readonly Journal _journal;

    public NewsletterStore(Journal journal)
    {
        _journal = journal;
        journal.On("newsletter-left", fact => _left.Add((fact["account"]!.GetValue<string>(), fact["id"]!.GetValue<string>())));
    }

    public IReadOnlyList<Newsletter> Followed(string account)
    {
        lock (_gate)
        {
            return [.. Newsletter.Known.Where(newsletter => !_left.Contains((account, newsletter.Id)))];
        }
    }

    public void Leave(string account, string id)
    {
        lock (_gate)
        {
            if (!_left.Add((account, id)))
            {
                return;
            }
        }

        _journal.Append("newsletter-left", new JsonObject { ["account"] = account, ["id"] = id });
    }
}
