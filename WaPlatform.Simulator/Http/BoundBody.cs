namespace WaPlatform.Simulator.Http;

/// <summary>A file of a multipart body; only its measures are kept.</summary>
/// <param name="Name">As sent.</param>
/// <param name="ContentType">As sent, "" when absent.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Lower-case hex.</param>
internal sealed record UploadedFile(string Name, string ContentType, long Length, string Sha256);

/// <summary>A body after binding. A field that was absent reads as Go's zero value; <see cref="Has"/> tells the difference.</summary>
internal sealed class BoundBody
{
    private readonly Dictionary<string, object> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, UploadedFile> _files = new(StringComparer.Ordinal);

    public bool Has(string name) => _values.ContainsKey(name);

    public string Text(string name) => _values.GetValueOrDefault(name) as string ?? "";

    public long Integer(string name) => _values.GetValueOrDefault(name) is long value ? value : 0;

    public double Number(string name) => _values.GetValueOrDefault(name) is double value ? value : 0;

    public bool Boolean(string name, bool fallback = false) => _values.GetValueOrDefault(name) is bool value ? value : fallback;

    public IReadOnlyList<string> Texts(string name) => _values.GetValueOrDefault(name) as IReadOnlyList<string> ?? [];

    public UploadedFile? File(string name) => _files.GetValueOrDefault(name);

    internal void Set(string name, object value) => _values[name] = value;

    internal void SetFile(string name, UploadedFile file) => _files.TryAdd(name, file);
}
