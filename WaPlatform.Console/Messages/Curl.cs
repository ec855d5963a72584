using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WaPlatform.Console.Messages;

/// <summary>A call as a command for a shell. The token is never in it: it stands as a variable.</summary>
public static class Curl
{
    private const string Auth = "-H \"Authorization: Bearer $TOKEN\"";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = Http.ApiJson.Default };

    public static string Call(Uri address, string method, string path) =>
        method == "GET" ? $"curl {Quote(new Uri(address, path).AbsoluteUri)} {Auth}" : $"curl -X {method} {Quote(new Uri(address, path).AbsoluteUri)} {Auth}";

    public static string Json(Uri address, string path, JsonObject body) =>
        $"{Call(address, "GET", path)} -H 'Content-Type: application/json' \\\n  -d {Quote(body.ToJsonString(Readable))}";

    /// <param name="file">Name of the file to upload; null = none.</param>
    public static string Form(Uri address, string path, IEnumerable<(string Name, string Value)> parts, string file) =>
        $"{Call(address, "GET", path)} \\\n  {string.Join(" \\\n  ", parts.Select(part => $"--form-string {Quote($"{part.Name}={part.Value}")}"))} \\\n  -F {Quote($"media=@\"{file.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"")}";

    // In single quotes a shell changes nothing; a single quote itself ends them, stands escaped, and begins them again.
    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
