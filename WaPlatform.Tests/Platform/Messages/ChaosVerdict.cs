using System.Text;

namespace WaPlatform.Tests.Platform.Messages;

/// <summary>Compares what was accepted with what reached WhatsApp.</summary>
internal static class ChaosVerdict
{
    private const int Told = 5;

    /// <summary>Each accepted message was sent, once, from its device, in the order of acceptance within device and priority; nothing else was.</summary>
    public static async Task AssertExactlyOnceAsync(
        IPlatform platform, IReadOnlyList<(ChaosMessage Message, string Id)> accepted, string about, CancellationToken cancellationToken)
    {
        var faults = new List<(string Fault, string? Id)>();
        foreach (var device in accepted.GroupBy(one => one.Message.Phone))
        {
            var rows = (await platform.MessagesAsync(device.Key, cancellationToken)).ToDictionary(row => row.Id(), row => row.Status());
            var ledger = await platform.TextsSentAsync(device.Key, cancellationToken);
            faults.AddRange(Compare(device.ToDictionary(one => one.Message.Text), rows, ledger));
        }

        if (faults.Count > 0)
        {
            Assert.Fail(await TellAsync(platform, faults, about, cancellationToken));
        }
    }

    private static IEnumerable<(string Fault, string? Id)> Compare(
        Dictionary<string, (ChaosMessage Message, string Id)> accepted, Dictionary<string, string> rows, List<string> ledger)
    {
        var sent = ledger.CountBy(text => text).ToDictionary();
        foreach (var (text, (_, id)) in accepted)
        {
            var (times, status) = (sent.GetValueOrDefault(text), rows.GetValueOrDefault(id, "missing"));
            if (times != 1 || !Messaging.Out.Contains(status))
            {
                yield return ($"{text} was sent {times} times and is {status}", id);
            }
        }

        foreach (var id in rows.Keys.Except(accepted.Values.Select(one => one.Id)))
        {
            yield return ("a row that no request was answered with", id);
        }

        foreach (var text in sent.Keys.Where(text => !accepted.ContainsKey(text)))
        {
            yield return ($"{text} was sent, and never accepted", null);
        }

        foreach (var lane in ledger.Distinct().Where(accepted.ContainsKey).Select(text => accepted[text]).GroupBy(one => one.Message.Priority))
        {
            foreach (var (before, after) in lane.Zip(lane.Skip(1)).Where(pair => string.CompareOrdinal(pair.First.Id, pair.Second.Id) > 0))
            {
                yield return ($"{after.Message.Text} was sent after {before.Message.Text} ({before.Id}), which was accepted later", after.Id);
            }
        }
    }

    private static async Task<string> TellAsync(IPlatform platform, List<(string Fault, string? Id)> faults, string about, CancellationToken cancellationToken)
    {
        var text = new StringBuilder().AppendLine($"{faults.Count} faults; {about}.");
        foreach (var (fault, id) in faults.Take(Told))
        {
            text.AppendLine(fault);
            if (id is not null)
            {
                text.AppendLine(await platform.StoryAsync(id, cancellationToken));
                text.AppendJoin('\n', platform.Said.Where(line => line.Contains(id, StringComparison.Ordinal))).AppendLine();
            }
        }

        return text.ToString();
    }
}
