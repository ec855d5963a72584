using System.Globalization;

namespace WaPlatform.Simulator.Http;

/// <summary>
/// Collects failures and throws them as ozzo-validation words them: fields sorted, <c>; </c> between, a full stop at the end (real.md §3.3.31).
/// One failure a field: the first rule that fails.
/// </summary>
internal sealed class Rules
{
    private readonly SortedDictionary<string, string> _failures = new(StringComparer.Ordinal);

    public Rules Check(string field, bool ok, string message)
    {
        if (!ok)
        {
            _failures.TryAdd(field, message);
        }

        return this;
    }

    public Rules Required(string field, string value) => Check(field, value.Length > 0, "cannot be blank");

    public Rules Required(string field, IReadOnlyCollection<string> values) => Check(field, values.Count > 0, "cannot be blank");

    /// <summary>A list that must hold something, and no blank in it.</summary>
    public Rules Each(string field, IReadOnlyList<string> values)
    {
        Required(field, values);
        var blanks = values.Select(static (value, at) => (value, at)).Where(static item => item.value.Length == 0).Select(static item => $"{item.at}: cannot be blank").ToList();
        return Check(field, blanks.Count == 0, $"({string.Join("; ", blanks)}.)");
    }

    /// <summary>Every other rule passes an empty value, as ozzo's do.</summary>
    public Rules In(string field, string value, params ReadOnlySpan<string> allowed) =>
        Check(field, value.Length == 0 || allowed.Contains(value), "must be a valid value");

    public Rules Url(string field, string value) => Check(field, value.Length == 0 || IsUrl(value), "must be a valid URL");

    public Rules Min(string field, long value, long minimum) =>
        Check(field, value == 0 || value >= minimum, string.Create(CultureInfo.InvariantCulture, $"must be no less than {minimum}"));

    public Rules Max(string field, long value, long maximum) =>
        Check(field, value <= maximum, string.Create(CultureInfo.InvariantCulture, $"must be no greater than {maximum}"));

    /// <summary>Throws 400 VALIDATION_ERROR when anything failed.</summary>
    public void Throw()
    {
        if (_failures.Count > 0)
        {
            throw ApiException.Validation(string.Join("; ", _failures.Select(static failure => $"{failure.Key}: {failure.Value}")) + ".");
        }
    }

    public static bool IsUrl(string value)
    {
        // govalidator takes a bare host name with a dot for a URL too.
        var text = value.Contains("://", StringComparison.Ordinal) ? value : "http://" + value;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Host.Contains('.', StringComparison.Ordinal) || uri.Host == "localhost" || uri.HostNameType == UriHostNameType.IPv6);
    }
}
