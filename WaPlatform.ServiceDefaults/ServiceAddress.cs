using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

// The namespace of the builders that this extends: a service's Program needs no using for it.
namespace Microsoft.Extensions.Hosting;

public static class ServiceAddress
{
    /// <summary>
    /// Lets the service listen at <paramref name="url"/> unless an address is configured (<c>ASPNETCORE_URLS</c>, <c>ASPNETCORE_HTTP_PORTS</c>). ASP.NET
    /// Core's own default is the same port for every service.
    /// </summary>
    public static WebApplicationBuilder UseDefaultAddress(this WebApplicationBuilder builder, string url)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null && builder.Configuration["https_ports"] is null)
        {
            builder.WebHost.UseUrls(url);
        }

        return builder;
    }
}
