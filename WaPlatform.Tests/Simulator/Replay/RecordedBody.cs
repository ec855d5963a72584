using System.Globalization;
using System.Text;
using System.Text.Json;

namespace WaPlatform.Tests.Simulator.Replay;

/// <summary>Makes a request's bytes from what the recording noted: text, JSON, or a form with files of a kind and size.</summary>
internal static class RecordedBody
{
    private const string Boundary = "XBOUNDARYX";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The 8×8 picture that the recording used (74 bytes).</summary>
    public static byte[] Picture { get; } = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR4nGNwaDiAFTEMLQkAYvNgAXSglMMAAAAASUVORK5CYII=");

    public static byte[]? Bytes(JsonElement? body) => body switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } text => Encoding.UTF8.GetBytes(text.GetString()!),
        { } form when form.TryGetProperty("files", out var files) => Form(form.GetProperty("multipart"), files),
        { } json => JsonSerializer.SerializeToUtf8Bytes(json, Plain),
    };

    private static byte[] Form(JsonElement fields, JsonElement files)
    {
        using var form = new MemoryStream();
        foreach (var field in fields.EnumerateObject())
        {
            Part(form, $"name=\"{field.Name}\"", null, Encoding.UTF8.GetBytes(field.Value.GetString()!));
        }

        foreach (var file in files.EnumerateObject())
        {
            Part(form, $"name=\"{file.Name}\"; filename=\"{file.Value[0].GetString()}\"", file.Value[1].GetString(), Content(file.Value[2].GetInt32()));
        }

        form.Write(Encoding.UTF8.GetBytes($"--{Boundary}--\r\n"));
        return form.ToArray();
    }

    private static void Part(MemoryStream form, string disposition, string? type, byte[] content)
    {
        var head = new StringBuilder($"--{Boundary}\r\nContent-Disposition: form-data; {disposition}\r\n");
        if (type is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: {type}\r\n");
        }

        form.Write(Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()));
        form.Write(content);
        form.Write("\r\n"u8);
    }

    private static byte[] Content(int size)
    {
        var content = new byte[size];
        Picture.AsSpan(0, Math.Min(size, Picture.Length)).CopyTo(content);
        return content;
    }
}
