using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Data.Access;
using WaPlatform.Gateway.Access;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Gateway.Access;

/// <summary>Every endpoint with every role and every single scope. Requests go the whole way but the last step: no handler is run.</summary>
public sealed class RightsMatrixTests(RedisServer redis) : IAsyncLifetime
{
    private const int LetIn = 299;

    // Of requests that are not part of the test.
    private const string GoOn = "X-Go-On";

    // By the API's description, not by what is mapped. The first that fits counts.
    private static readonly (string Methods, string Path, string Rule)[] Rules =
    [
        ("GET", "/api/auth/me", Policies.Anybody),
        ("POST", "/api/auth/dashboard-session", Scopes.Admin),
        ("POST", "/api/auth/", Policies.User),
        ("*", "/api/users", Scopes.Admin),
        ("*", "/api/keys", Policies.Keys),
        ("*", "/api/system", Scopes.Admin),
        ("*", "/api/backups", Scopes.Admin),
        ("*", "/api/audit", Scopes.Admin),
        ("*", "/hangfire", Scopes.Admin),
        ("GET", "/api/devices", Scopes.DevicesRead),
        ("*", "/api/devices", Scopes.DevicesWrite),
        ("GET", "/api/health/", Scopes.DevicesRead),
        ("GET", "/api/metrics", Scopes.DevicesRead),
        ("GET", "/api/messages", Scopes.MessagesRead),
        ("*", "/api/messages/queue", Scopes.DevicesWrite),
        ("*", "/api/messages", Scopes.MessagesSend),
        ("*", "/api/webhooks", Scopes.WebhooksManage),
        ("*", "/api/events", Scopes.EventsRead),
        ("*", "/hubs/events", Scopes.EventsRead),
        ("*", "/proxy/whatsapp", Scopes.ProxyUse),
    ];

    private GatewayHost _gateway = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = new GatewayHost(redis)
        {
            Configure = services => services.AddSingleton<IAuthorizationMiddlewareResultHandler, StopThere>(),
            Settings = { ["API_RATE_LIMIT"] = "0" },
        };
        await _gateway.InitializeAsync();
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task EachEndpoint_LetsInWhomTheApiSays()
    {
        var endpoints = MappedEndpoint.All(_gateway).Where(endpoint => !endpoint.IsPublic).ToList();
        var wrong = new List<string>();
        foreach (var (who, client, rights) in await CreateCallersAsync())
        {
            foreach (var endpoint in endpoints)
            {
                using var request = endpoint.Request();
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken);
                var expected = Expect(rights, RuleOf(endpoint));
                if ((int)response.StatusCode != expected)
                {
                    wrong.Add($"{who}: {endpoint} answered {(int)response.StatusCode}, not {expected}");
                }
            }

            client.Dispose();
        }

        Assert.Equal([], wrong);
    }

    private static string RuleOf(MappedEndpoint endpoint) =>
        Rules.FirstOrDefault(rule => (rule.Methods == "*" || rule.Methods == endpoint.Method) && endpoint.Pattern.StartsWith(rule.Path, StringComparison.Ordinal)).Rule
        ?? throw new InvalidOperationException($"No rule says who may call {endpoint}.");

    private static int Expect(Rights rights, string rule) => rights.Scopes is null
        ? StatusCodes.Status401Unauthorized
        : rule switch
        {
            Policies.Anybody => LetIn,
            Policies.User => rights.IsUser ? LetIn : StatusCodes.Status403Forbidden,
            Policies.Keys => rights.Scopes.Contains(Scopes.Admin) ? LetIn : StatusCodes.Status403Forbidden,
            Scopes.Admin => rights.Scopes.Contains(Scopes.Admin) && !rights.IsLimited ? LetIn : StatusCodes.Status403Forbidden,
            _ => rights.Scopes.Contains(rule) ? LetIn : StatusCodes.Status403Forbidden,
        };

    private async Task<IReadOnlyList<(string Who, HttpClient Client, Rights Rights)>> CreateCallersAsync()
    {
        // As the API's description has it.
        string[] viewer = ["devices:read", "messages:read", "events:read"];
        string[] oper = [.. viewer, "devices:write", "messages:send", "webhooks:manage", "proxy:use"];
        string[] all = [.. oper, "admin"];
        _gateway.Client.DefaultRequestHeaders.Add(GoOn, "yes");
        var callers = new List<(string, HttpClient, Rights)>
        {
            ("nobody", _gateway.CreateClient(), new Rights(null)),
            ("viewer", await _gateway.WithUserAsync("a-viewer", UserRole.Viewer), new Rights(viewer, IsUser: true)),
            ("operator", await _gateway.WithUserAsync("an-operator", UserRole.Operator), new Rights(oper, IsUser: true)),
            ("admin", await _gateway.WithUserAsync("an-admin", UserRole.Admin), new Rights(all, IsUser: true)),
            ("limited key", await _gateway.WithKeyAsync(all, ["5511999999999"]), new Rights(all, IsLimited: true)),
        };
        foreach (var scope in all)
        {
            callers.Add(($"key {scope}", await _gateway.WithKeyAsync([scope]), new Rights([scope])));
        }

        return callers;
    }

    internal sealed record Rights(string[]? Scopes, bool IsUser = false, bool IsLimited = false);

    private sealed class StopThere : IAuthorizationMiddlewareResultHandler
    {
        private readonly AuthorizationMiddlewareResultHandler _usual = new();

        public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
        {
            if (!authorizeResult.Succeeded || context.Request.Headers.ContainsKey(GoOn))
            {
                return _usual.HandleAsync(next, context, policy, authorizeResult);
            }

            context.Response.StatusCode = LetIn;
            return Task.CompletedTask;
        }
    }
}
