using WaPlatform.Contracts;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Messages;

/// <summary>Which messages are asked for.</summary>
internal sealed record MessageFilter(string? Device, IReadOnlyList<MessageStatus> Statuses, string? To, Guid? BatchId, string? Tag)
{
    private const int MaxTag = 128;

    public static MessageFilter Read(string? device, string? status, string? to, string? batchId, string? tag, FieldErrors errors)
    {
        PhoneNumber number = default;
        Recipient recipient = default;
        errors.Require(string.IsNullOrEmpty(device) || PhoneNumber.TryParse(device, out number), "device", "Must be a phone number.");
        errors.Require(string.IsNullOrEmpty(to) || Recipient.TryParse(to, out recipient), "to", "Must be a phone number or a JID.");
        Guid batch = default;
        errors.Require(string.IsNullOrEmpty(batchId) || Guid.TryParse(batchId, out batch), "batchId", "Must be the id of a bulk.");
        errors.Require(
            tag is null || (tag.Length <= MaxTag && !tag.Any(char.IsControl)), "tag", $"Must have at most {MaxTag} characters, none of them a control character.");

        var statuses = new List<MessageStatus>();
        foreach (var name in (status ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (WireJson.TryParseName<MessageStatus>(name, out var value))
            {
                statuses.Add(value);
            }
            else
            {
                errors.Add("status", $"Must be one of {string.Join(", ", Enum.GetValues<MessageStatus>().Select(WireJson.NameOf))}.");
                break;
            }
        }

        return new MessageFilter(
            string.IsNullOrEmpty(device) ? null : number.Digits, statuses, string.IsNullOrEmpty(to) ? null : recipient.Jid,
            string.IsNullOrEmpty(batchId) ? null : batch, string.IsNullOrEmpty(tag) ? null : tag);
    }

    public IQueryable<Message> Apply(IQueryable<Message> messages)
    {
        if (Device is not null)
        {
            messages = messages.Where(m => m.PhoneNumber == Device);
        }

        if (Statuses.Count > 0)
        {
            messages = messages.Where(m => Statuses.Contains(m.Status));
        }

        if (To is not null)
        {
            messages = messages.Where(m => m.To == To);
        }

        if (BatchId is not null)
        {
            messages = messages.Where(m => m.BatchId == BatchId);
        }

        return Tag is null ? messages : messages.Where(m => m.Tag == Tag);
    }
}
