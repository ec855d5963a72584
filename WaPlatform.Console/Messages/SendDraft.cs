using System.Text.Json.Nodes;

namespace WaPlatform.Console.Messages;

/// <summary>A message that is being written.</summary>
public sealed class SendDraft(string from)
{
    private readonly Dictionary<string, string> _values = [];

    public SendKind Kind { get; private set; } = SendKind.All[0];

    public string? To { get; set; }

    public string? MediaUrl { get; set; }

    /// <summary>The message is refused instead of queued while the number is not connected.</summary>
    public bool RequireConnected { get; set; }

    public string? Tag { get; set; }

    public void Choose(SendKind kind)
    {
        Kind = kind;
        _values.Clear();
        foreach (var field in kind.Fields.Where(field => field.Default is not null))
        {
            _values[field.Name] = field.Default!;
        }
    }

    public string? this[string field]
    {
        get => _values.GetValueOrDefault(field);
        set
        {
            if (string.IsNullOrEmpty(value))
            {
                _values.Remove(field);
            }
            else
            {
                _values[field] = value;
            }
        }
    }

    /// <summary>What the API gets as JSON.</summary>
    public JsonObject ToJson()
    {
        var body = new JsonObject { ["from"] = from };
        foreach (var (name, value) in Members())
        {
            var field = Kind.Fields.FirstOrDefault(field => field.Name == name);
            body[name] = field?.Input switch
            {
                FieldInput.Flag => value == "true",
                FieldInput.Lines => new JsonArray([.. LinesOf(value).Select(line => JsonValue.Create(line))]),
                _ => value,
            };
        }

        if (RequireConnected)
        {
            body["requireConnected"] = true;
        }

        body["wait"] = false;
        return body;
    }

    /// <summary>The same as the parts of a form, for a file that is uploaded with it.</summary>
    public IEnumerable<(string Name, string Value)> ToParts()
    {
        yield return ("from", from);
        foreach (var (name, value) in Members())
        {
            if (Kind.Fields.Any(field => field.Name == name && field.Input == FieldInput.Lines))
            {
                foreach (var line in LinesOf(value))
                {
                    yield return (name, line);
                }
            }
            else
            {
                yield return (name, value);
            }
        }

        if (RequireConnected)
        {
            yield return ("requireConnected", "true");
        }

        yield return ("wait", "false");
    }

    private IEnumerable<(string Name, string Value)> Members()
    {
        if (Kind.HasRecipient && !string.IsNullOrWhiteSpace(To))
        {
            yield return ("to", To.Trim());
        }

        yield return ("type", Kind.Name);
        foreach (var field in Kind.Fields)
        {
            if (this[field.Name] is { } value)
            {
                yield return (field.Name, value);
            }
        }

        if (Kind.TakesFile && !string.IsNullOrWhiteSpace(MediaUrl))
        {
            yield return ("mediaUrl", MediaUrl.Trim());
        }

        if (!string.IsNullOrWhiteSpace(Tag))
        {
            yield return ("tag", Tag.Trim());
        }
    }

    private static string[] LinesOf(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
