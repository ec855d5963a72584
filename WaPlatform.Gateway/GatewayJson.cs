using System.Text.Encodings.Web;
using System.Text.Json;
using WaPlatform.Contracts;

namespace WaPlatform.Gateway;

/// <summary>The JSON that leaves the gateway.</summary>
internal static class GatewayJson
{
    /// <summary>People's words stay as they were written, not as \u escapes. It is never put into a page: every answer says that it is JSON, and nosniff.</summary>
    public static readonly JsonSerializerOptions Options = new(WireJson.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
