namespace WaPlatform.ProcessHost.Hosts;

/// <summary>
/// The cluster takes this silo for dead, or it broke beyond repair. Orleans would end the process; here its engines are ended and it joins anew.
/// </summary>
internal sealed class SiloDeath(IServiceProvider services) : IFatalErrorHandler
{
    public bool IsUnexpected(Exception exception) => exception is not (OperationCanceledException or ObjectDisposedException);

    public void OnFatalException(object? sender, string? context, Exception? exception) =>
        services.GetRequiredService<HostLease>().Lose(context ?? exception?.Message ?? "the silo broke");
}
