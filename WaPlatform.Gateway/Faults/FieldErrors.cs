namespace WaPlatform.Gateway.Faults;

/// <summary>Collects everything that is wrong with a request, by field.</summary>
internal sealed class FieldErrors
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    public bool Any => _errors.Count > 0;

    public IReadOnlyDictionary<string, string[]> ByField => _errors;

    public void Add(string field, string problem) =>
        _errors[field] = _errors.TryGetValue(field, out var earlier) ? [.. earlier, problem] : [problem];

    /// <summary>Adds <paramref name="problem"/> unless <paramref name="holds"/>.</summary>
    public void Require(bool holds, string field, string problem)
    {
        if (!holds)
        {
            Add(field, problem);
        }
    }

    public ProblemResult ToResult() => ProblemResult.Invalid(_errors);
}
