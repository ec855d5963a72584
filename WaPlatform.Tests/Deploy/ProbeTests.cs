using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.Tests.Deploy;

/// <summary>The images' probe, against a real server.</summary>
public sealed class ProbeTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, true)]
    [InlineData(503, false)]
    public async Task Probe_AServiceAnswers_TellsWhetherItIsReady(int status, bool isReady)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        await using var service = builder.Build();
        service.Run(context =>
        {
            context.Response.StatusCode = context.Request.Path == "/health" ? status : StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        await service.StartAsync(CancellationToken);

        Assert.Equal(isReady, await ProbeAsync(new Uri(service.Urls.Single()).Port) == 0);
    }

    [Fact]
    public async Task Probe_NobodyListens_Fails()
    {
        using var port = new ReservedPort(IPAddress.Loopback);

        Assert.NotEqual(0, await ProbeAsync(port.Number));
    }

    private static async Task<int> ProbeAsync(int port)
    {
        using var probe = Process.Start(new ProcessStartInfo("bash", [DeployFiles.PathOf("probe"), "/health"])
        {
            Environment = { ["ASPNETCORE_HTTP_PORTS"] = port.ToString(CultureInfo.InvariantCulture) },
            RedirectStandardError = true,
        })!;
        await probe.StandardError.ReadToEndAsync(CancellationToken);
        await probe.WaitForExitAsync(CancellationToken);
        return probe.ExitCode;
    }
}
