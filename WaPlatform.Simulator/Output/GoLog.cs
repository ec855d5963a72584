using System.Globalization;
using System.Text;

namespace WaPlatform.Simulator.Output;

/// <summary>
/// The lines gowa prints: logrus on standard error, whatsmeow and its own third form on standard output (gowa contract §8.5). These texts are
/// part of the imitated wire, so they do not go through ILogger.
/// </summary>
internal sealed class GoLog(TimeProvider time, TextWriter output, TextWriter error)
{
    private readonly Lock _gate = new();

    public void Info(string message) => Logrus("info", message);

    public void Warning(string message) => Logrus("warning", message);

    public void Error(string message) => Logrus("error", message);

    public void Fatal(string message) => Logrus("fatal", message);

    /// <summary>A coloured whatsmeow line of level ERROR.</summary>
    public void WhatsAppError(string module, string message) =>
        Print($"{Now("HH:mm:ss.fff")}\u001b[31m [{module} ERROR] {message}\u001b[0m");

    /// <summary>True once <c>APP_DEBUG</c> is known to be on.</summary>
    public bool IsDebug { get; set; }

    /// <summary>An uncoloured whatsmeow line of level DEBUG, only with <c>APP_DEBUG</c>.</summary>
    public void WhatsAppDebug(string module, string message)
    {
        if (IsDebug)
        {
            Print($"{Now("HH:mm:ss.fff")} [{module} DEBUG] {message}\u001b[0m");
        }
    }

    /// <summary>The form of a failed login.</summary>
    public void AppError(string place, string message) => Print($"[ERROR] {Now("yyyy-MM-ddTHH:mm:ssZ")} {place} \u25b6  {message}");

    public void Print(string line)
    {
        lock (_gate)
        {
            output.Write(line + "\n");
            output.Flush();
        }
    }

    /// <summary>Raw text on standard error: usage errors, panics.</summary>
    public void Raw(string text)
    {
        lock (_gate)
        {
            error.Write(text);
            error.Flush();
        }
    }

    private void Logrus(string level, string message) => Raw($"time=\"{Now("yyyy-MM-ddTHH:mm:ssZ")}\" level={level} msg={Quote(message)}\n");

    private string Now(string format) => time.GetUtcNow().ToString(format, CultureInfo.InvariantCulture);

    private static string Quote(string text)
    {
        if (text.Length > 0 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '/' or '@' or '^' or '+'))
        {
            return text;
        }

        var quoted = new StringBuilder(text.Length + 8).Append('"');
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' or '\\' => quoted.Append('\\').Append(character),
                '\n' => quoted.Append(@"\n"),
                '\r' => quoted.Append(@"\r"),
                '\t' => quoted.Append(@"\t"),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $@"\x{(int)character:x2}"),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }
}
