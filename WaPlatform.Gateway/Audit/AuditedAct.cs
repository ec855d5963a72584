using System.Diagnostics;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data.Audit;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Gateway.Audit;

/// <summary>One request that is to be written into the audit. Neither its body nor its query is looked at.</summary>
internal sealed class AuditedAct
{
    private const string Devices = "/api/devices/";

    private readonly HttpContext _context;
    private readonly AuditRecorder _recorder;
    private readonly string _action;
    private readonly string _path;
    private readonly string? _phone;
    private int _isEnded;

    public AuditedAct(HttpContext context, RouteEndpoint endpoint, AuditRecorder recorder)
    {
        // Now: the handler of failures takes route and endpoint away.
        (_context, _recorder) = (context, recorder);
        _action = $"{context.Request.Method} /{endpoint.RoutePattern.RawText?.Trim('/')}";
        _path = context.Request.Path.Value ?? "";
        _phone = context.Request.RouteValues["phone"] as string;
    }

    /// <summary>Writes its entry, once.</summary>
    public async Task EndAsync(int status)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 1)
        {
            return;
        }

        var note = _context.Features.Get<AuditNote>();
        var actor = note is null ? Caller.NameOf(_context.User) : note.Username;
        if (AuditPolicy.IsWorthAnEntry(status, actor, isSignIn: note is not null))
        {
            await _recorder.WriteAsync(Describe(status, actor, note));
        }
    }

    private AuditEntry Describe(int status, string? actor, AuditNote? note)
    {
        var location = status == StatusCodes.Status201Created ? _context.Response.Headers.Location.ToString() : "";
        var target = location.Length > 0 ? location : _path;
        return new AuditEntry
        {
            At = _recorder.Now,
            Actor = AuditText.Clean(actor),
            Credential = note is not null ? "password" : Caller.CredentialOf(_context.User),
            Action = AuditText.Clean(_action)!,
            Target = AuditText.Clean(target)!,
            Device = DeviceOf(target),
            Address = _context.Connection.RemoteIpAddress?.ToString(),
            Status = status,
            TraceId = Activity.Current?.TraceId.ToString() ?? _context.TraceIdentifier,
        };
    }

    private string? DeviceOf(string target)
    {
        var text = _phone ?? (target.StartsWith(Devices, StringComparison.Ordinal) ? target[Devices.Length..] : null);
        return PhoneNumber.TryParse(text, out var number) ? number.Digits : null;
    }
}

/// <summary>Text of a caller's, as the audit keeps it.</summary>
internal static class AuditText
{
    /// <summary>Cut to what the row holds, and without what no database stores: NUL and halves of characters.</summary>
    public static string? Clean(string? text) => text is null ? null : string.Create(Math.Min(text.Length, AuditEntry.MaxText), text, static (clean, source) =>
    {
        for (var i = 0; i < clean.Length; i++)
        {
            clean[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
        }
    });
}
