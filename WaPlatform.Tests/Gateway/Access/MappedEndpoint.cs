using System.Net.Http.Headers;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Contracts.Devices;
using WaPlatform.Gateway.Access;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Access;

/// <summary>One method of a path that a gateway answers, as it is mapped.</summary>
/// <param name="Method">GET where any is taken.</param>
/// <param name="Pattern">With a slash before it and none behind.</param>
internal sealed partial record MappedEndpoint(string Method, string Pattern, Endpoint Endpoint)
{
    public bool IsPublic => Endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    public IReadOnlyList<string> Policies => [.. Endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).OfType<string>()];

    public bool NamesDevice => Pattern.Contains($"{{{DeviceLimit.RouteParameter}}}", StringComparison.Ordinal);

    public IReadOnlyList<ParameterInfo> Parameters => Endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? [];

    public bool AsksForDevices => Parameters.Any(parameter => parameter.ParameterType == typeof(DeviceAccess));

    public IEnumerable<ParameterInfo> Phones => Parameters.Where(parameter => parameter.ParameterType == typeof(PhoneNumber));

    public override string ToString() => $"{Method} {Pattern}";

    /// <summary>Everything that is mapped, but for the test's own.</summary>
    public static IReadOnlyList<MappedEndpoint> All(GatewayHost gateway) =>
    [
        .. gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET"])
                .Select(method => new MappedEndpoint(method, "/" + endpoint.RoutePattern.RawText!.Trim('/'), endpoint)))
            .Where(endpoint => !endpoint.Pattern.StartsWith("/test/", StringComparison.Ordinal))
            .OrderBy(endpoint => endpoint.Pattern, StringComparer.Ordinal),
    ];

    /// <summary>A request that reaches it.</summary>
    public HttpRequestMessage Request()
    {
        var path = Parameter().Replace(Pattern, match => match.Groups["name"].Value switch
        {
            DeviceLimit.RouteParameter => "5511999999999",
            "id" => Guid.Empty.ToString(),
            _ => "x",
        });
        var request = new HttpRequestMessage(new HttpMethod(Method), path);
        if (Method is not ("GET" or "HEAD" or "DELETE"))
        {
            request.Content = new StringContent("{}", new MediaTypeHeaderValue(Endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes is [var type, ..] ? type : "application/json"));
        }

        return request;
    }

    [GeneratedRegex(@"\{\**(?<name>\w+)[^}]*\}")]
    private static partial Regex Parameter();
}
