namespace WaPlatform.Simulator.Http;

internal enum FieldKind
{
    Text,
    Integer,
    Number,
    Boolean,
    Texts,
}

internal sealed record BodyField(string Name, string GoPath, FieldKind Kind)
{
    public string GoType => Kind switch
    {
        FieldKind.Text => "string",
        FieldKind.Integer => "int",
        FieldKind.Number => "float64",
        FieldKind.Boolean => "bool",
        _ => "[]string",
    };
}

/// <summary>The Go struct a body is bound to; its names show up in gowa's error texts.</summary>
/// <param name="goType">Package and type, for example <c>send.MessageRequest</c>.</param>
internal sealed class BodySpec(string goType)
{
    private readonly Dictionary<string, BodyField> _fields = new(StringComparer.OrdinalIgnoreCase);

    public string GoType { get; } = goType;

    /// <summary>Type name without its package.</summary>
    public string GoName { get; } = goType[(goType.LastIndexOf('.') + 1)..];

    public IReadOnlyCollection<BodyField> Fields => _fields.Values;

    /// <summary>
    /// Adds fields, written <c>name</c> or <c>Embedded.name</c> when the field sits in an embedded struct.
    /// </summary>
    public BodySpec Text(params ReadOnlySpan<string> paths) => Add(FieldKind.Text, paths);

    public BodySpec Integer(params ReadOnlySpan<string> paths) => Add(FieldKind.Integer, paths);

    public BodySpec Number(params ReadOnlySpan<string> paths) => Add(FieldKind.Number, paths);

    public BodySpec Boolean(params ReadOnlySpan<string> paths) => Add(FieldKind.Boolean, paths);

    public BodySpec Texts(params ReadOnlySpan<string> paths) => Add(FieldKind.Texts, paths);

    public BodyField? Find(string name) => _fields.GetValueOrDefault(name);

    private BodySpec Add(FieldKind kind, ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            var name = path[(path.LastIndexOf('.') + 1)..];
            _fields[name] = new BodyField(name, path, kind);
        }

        return this;
    }
}
