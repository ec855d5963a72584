using System.Text.Json;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Messages;

/// <summary>A member of a request that goes with some kinds of message: how it is checked, and what the engine calls it.</summary>
/// <param name="name">As in the request.</param>
/// <param name="engineName">Null for what the platform keeps for itself.</param>
internal abstract class SendField(string name, string? engineName)
{
    protected const string Missing = "Is missing or empty.";

    public string Name => name;

    public string? EngineName => engineName;

    public bool Required { get; init; }

    public abstract bool IsGiven(MessageRequest request);

    public void Check(MessageRequest request, FieldErrors errors)
    {
        if (IsGiven(request))
        {
            CheckGiven(request, errors);
        }
        else if (Required)
        {
            errors.Add(Name, Missing);
        }
    }

    public abstract void Write(MessageRequest request, Utf8JsonWriter body);

    protected abstract void CheckGiven(MessageRequest request, FieldErrors errors);
}

/// <param name="max">Characters.</param>
/// <param name="problem">What else is wrong with a text that is neither empty nor too long; null if nothing is.</param>
/// <param name="form">What the engine gets instead of what was written.</param>
internal sealed class TextField(
    string name, string? engineName, Func<MessageRequest, string?> value, int max, Func<string, string?>? problem = null, Func<string, string>? form = null)
    : SendField(name, engineName)
{
    public override bool IsGiven(MessageRequest request) => !string.IsNullOrEmpty(value(request));

    public override void Write(MessageRequest request, Utf8JsonWriter body) => body.WriteString(EngineName!, form is null ? value(request) : form(value(request)!));

    protected override void CheckGiven(MessageRequest request, FieldErrors errors)
    {
        var text = value(request)!;
        if (Required && string.IsNullOrWhiteSpace(text))
        {
            errors.Add(Name, Missing);
        }
        else if (SendChecks.Text(text, max) is { } wrong)
        {
            errors.Add(Name, wrong);
        }
        else if (problem?.Invoke(text) is { } other)
        {
            errors.Add(Name, other);
        }
    }
}

internal sealed class FlagField(string name, string? engineName, Func<MessageRequest, bool?> value) : SendField(name, engineName)
{
    public override bool IsGiven(MessageRequest request) => value(request) is not null;

    public override void Write(MessageRequest request, Utf8JsonWriter body) => body.WriteBoolean(EngineName!, value(request)!.Value);

    protected override void CheckGiven(MessageRequest request, FieldErrors errors)
    {
        // Any flag is a good one.
    }
}

/// <param name="problem">What is wrong with the number; null if nothing is.</param>
/// <param name="fallback">What the engine gets if the request says nothing.</param>
internal sealed class NumberField(string name, string? engineName, Func<MessageRequest, int?> value, Func<MessageRequest, int, string?> problem, int? fallback = null)
    : SendField(name, engineName)
{
    public bool IsWritten(MessageRequest request) => (value(request) ?? fallback) is not null;

    public override bool IsGiven(MessageRequest request) => value(request) is not null;

    public override void Write(MessageRequest request, Utf8JsonWriter body) => body.WriteNumber(EngineName!, (value(request) ?? fallback)!.Value);

    protected override void CheckGiven(MessageRequest request, FieldErrors errors)
    {
        if (problem(request, value(request)!.Value) is { } wrong)
        {
            errors.Add(Name, wrong);
        }
    }
}

/// <param name="problem">What is wrong with an item that is neither empty nor too long; null if nothing is.</param>
internal sealed class ListField(
    string name, string? engineName, Func<MessageRequest, string[]?> value, int maxItem, bool distinct, Func<string, string?>? problem = null, Func<string, string>? form = null)
    : SendField(name, engineName)
{
    // As many as the largest groups have members.
    public const int MaxItems = 1024;

    public override bool IsGiven(MessageRequest request) => value(request) is { Length: > 0 };

    public override void Write(MessageRequest request, Utf8JsonWriter body)
    {
        body.WriteStartArray(EngineName!);
        foreach (var item in value(request)!)
        {
            body.WriteStringValue(form is null ? item : form(item));
        }

        body.WriteEndArray();
    }

    protected override void CheckGiven(MessageRequest request, FieldErrors errors)
    {
        var items = value(request)!;
        if (items.Length > MaxItems)
        {
            errors.Add(Name, $"Must have at most {MaxItems} items.");
            return;
        }

        for (var index = 0; index < items.Length; index++)
        {
            var wrong = string.IsNullOrWhiteSpace(items[index]) ? Missing : SendChecks.Text(items[index], maxItem) ?? problem?.Invoke(items[index]);
            if (wrong is not null)
            {
                errors.Add($"{Name}[{index}]", wrong);
            }
        }

        errors.Require(!distinct || items.Distinct(StringComparer.Ordinal).Count() == items.Length, Name, "Must be all different.");
    }
}
