using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WaPlatform.Benchmarks.Results;

/// <summary>Everything that was measured, in the order in which it was first measured.</summary>
internal sealed class Report(Machine machine)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<Figure> _figures = [];
    private readonly List<string> _notes = [];

    public Machine Machine { get; } = machine;

    public void Add(string name, string unit, double value)
    {
        var figure = _figures.Find(figure => figure.Name == name);
        if (figure is null)
        {
            _figures.Add(figure = new Figure(name, unit));
        }

        figure.Rounds.Add(value);
    }

    /// <summary>Says beside a figure whether its median keeps what the product owes.</summary>
    public void Judge(string name, string target, Func<double, bool> isMet)
    {
        if (_figures.Find(figure => figure.Name == name) is { } figure)
        {
            figure.Remark = $"{(isMet(figure.Median) ? "target met" : "target missed")} ({target})";
        }
    }

    public void Note(string text)
    {
        if (!_notes.Contains(text))
        {
            _notes.Add(text);
        }
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine}\n");
        text.AppendLine("| measure | unit | min | median | max | |");
        text.AppendLine("|---|---|---:|---:|---:|---|");
        foreach (var figure in _figures)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {figure.Name} | {figure.Unit} | {Number(figure.Rounds.Min())} | {Number(figure.Median)} | {Number(figure.Rounds.Max())} | {figure.Remark} |");
        }

        _notes.ForEach(note => text.AppendLine(CultureInfo.InvariantCulture, $"\n{note}"));
        return text.ToString();
    }

    public string ToJson() => JsonSerializer.Serialize(new { Machine, Figures = _figures, Notes = _notes }, Json);

    // Three digits that mean something.
    private static string Number(double value) => value.ToString(Math.Abs(value) switch { >= 100 => "0", >= 10 => "0.0", >= 1 => "0.00", _ => "0.000" }, CultureInfo.InvariantCulture);
}
