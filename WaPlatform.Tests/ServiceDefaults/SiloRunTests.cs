using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WaPlatform.ServiceDefaults.Cluster;

namespace WaPlatform.Tests.ServiceDefaults;

/// <summary>A service that ends for another reason than a signal is there again by itself.</summary>
public sealed class SiloRunTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("a loop of its broke")]
    [InlineData("it joins anew")]
    [InlineData("it does not stop in order")]
    public async Task RunAsync_EndsWithoutASignal_BeginsAnewUntilAsked(string why)
    {
        using var asked = new CancellationTokenSource();
        var runs = 0;

        await SiloRun.RunAsync(
            () =>
            {
                runs++;
                return Build(app => End(app, runs == 1 ? why : "asked", asked));
            },
            asked.Token).WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task RunAsync_CanNotBeBuiltRight_Fails()
    {
        using var asked = new CancellationTokenSource();

        var running = SiloRun.RunAsync(() => Build(_ => throw new NotSupportedException("Says what is wrong.")), asked.Token);

        await Assert.ThrowsAsync<NotSupportedException>(() => running.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    private static WebApplication Build(Action<IServiceProvider> start)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<SiloRun>();
        builder.Services.AddHostedService(services => new Part(() => start(services)));
        return builder.Build();
    }

    private static void End(IServiceProvider services, string why, CancellationTokenSource asked)
    {
        var lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        switch (why)
        {
            case "a loop of its broke":
                lifetime.ApplicationStarted.Register(services.GetServices<IHostedService>().OfType<Part>().Single().Break);
                break;
            case "it joins anew":
                lifetime.ApplicationStarted.Register(services.GetRequiredService<SiloRun>().Rejoin);
                break;
            case "it does not stop in order":
                services.GetServices<IHostedService>().OfType<Part>().Single().StopsBadly = true;
                lifetime.ApplicationStarted.Register(lifetime.StopApplication);
                break;
            default:
                asked.Cancel();
                lifetime.ApplicationStarted.Register(lifetime.StopApplication);
                break;
        }
    }

    private sealed class Part(Action start) : BackgroundService
    {
        private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool StopsBadly { get; set; }

        public void Break() => _broken.TrySetException(new InvalidOperationException("A loop broke."));

        public override Task StartAsync(CancellationToken cancellationToken)
        {
            start();
            return base.StartAsync(cancellationToken);
        }

        public override async Task StopAsync(CancellationToken cancellationToken)
        {
            await base.StopAsync(cancellationToken);
            if (StopsBadly)
            {
                throw new InvalidOperationException("It does not stop in order.");
            }
        }

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => _broken.Task.WaitAsync(stoppingToken);
    }
}
