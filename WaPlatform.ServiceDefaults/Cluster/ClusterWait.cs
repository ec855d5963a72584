using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using WaPlatform.ServiceDefaults.Database;

namespace WaPlatform.ServiceDefaults.Cluster;

/// <summary>
/// Answers for a client of the cluster that waits for the first silo: alive, but not ready. Registered behind the client, so that its start is the
/// sign that the client has connected; the web server comes after both.
/// </summary>
internal sealed class ClusterWait(IConfiguration configuration) : IHostedService, IAsyncDisposable
{
    private WaitingRoom? _waitingRoom;

    /// <summary>The client could not connect. Idempotent.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken) => _waitingRoom ??= await WaitingRoom.OpenAsync(configuration, cancellationToken);

    public async Task StartAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _waitingRoom, null) is { } waitingRoom)
        {
            await waitingRoom.DisposeAsync();
        }
    }
}
