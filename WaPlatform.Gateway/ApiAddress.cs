using System.Globalization;
using Microsoft.Extensions.Options;

namespace WaPlatform.Gateway;

/// <summary>Where the public port is: <c>API_HOST</c> (default localhost) and <c>API_PORT</c> (default 3000), unless ASP.NET Core's own settings say it.</summary>
public static class ApiAddress
{
    private const int DefaultPort = 3000;

    /// <summary>Sets the address; what the service listens at is then in the configuration's <c>urls</c>, or in its <c>http_ports</c>.</summary>
    /// <exception cref="OptionsValidationException"><c>API_PORT</c> is no port.</exception>
    public static WebApplicationBuilder UseApiAddress(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if ((builder.Configuration["urls"] ?? Url(builder.Configuration)) is { } urls)
        {
            builder.WebHost.UseUrls(urls);
        }

        return builder;
    }

    private static string? Url(ConfigurationManager configuration)
    {
        var port = configuration["API_PORT"];
        if (port is null && configuration["http_ports"] is not null)
        {
            // Container images of ASP.NET Core come with it.
            return null;
        }

        if (!ushort.TryParse(port ?? DefaultPort.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var number))
        {
            throw new OptionsValidationException("API_PORT", typeof(ushort), [$"API_PORT is '{port}'; it must be a number from 0 to 65535."]);
        }

        // Any free port can be had on an address, not on a name.
        var host = configuration["API_HOST"] is { Length: > 0 } name ? name : number == 0 ? "127.0.0.1" : "localhost";
        return $"http://{host}:{number}";
    }
}
