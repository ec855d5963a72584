using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using WaPlatform.Data.Access;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Tests.Gateway.Hosting;

/// <summary>Others than the first administrator who call a gateway.</summary>
internal static class Callers
{
    public const string Password = "some password";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <summary>Makes a key by a user or a key; by default by the first administrator.</summary>
    public static async Task<JsonElement> CreateKeyAsync(this GatewayHost gateway, string[] scopes, string[]? devices = null, HttpClient? by = null)
    {
        using var response = await (by ?? gateway.Client).PostAsJsonAsync("/api/keys", new { name = "a key", scopes, devices }, CancellationToken);
        return await response.ReadJsonAsync(HttpStatusCode.Created);
    }

    /// <summary>A client that calls with a new key.</summary>
    public static async Task<HttpClient> WithKeyAsync(this GatewayHost gateway, string[] scopes, string[]? devices = null) =>
        gateway.WithKey((await gateway.CreateKeyAsync(scopes, devices)).GetProperty("key").GetString()!);

    /// <summary>A client that calls with a key.</summary>
    public static HttpClient WithKey(this GatewayHost gateway, string key)
    {
        var client = gateway.CreateClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation(Credential.KeyHeader, key);
        return client;
    }

    /// <summary>A client of a new user who signed in.</summary>
    public static async Task<HttpClient> WithUserAsync(this GatewayHost gateway, string name, UserRole role)
    {
        await gateway.AddUserAsync(name, Password, role);
        var client = gateway.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await gateway.LogInAsync(name, Password));
        return client;
    }

    public static async Task<HttpStatusCode> StatusAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), CancellationToken);
        return response.StatusCode;
    }
}
