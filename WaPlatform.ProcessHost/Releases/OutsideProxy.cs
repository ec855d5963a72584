using System.Net;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>The proxy of the environment (HTTPS_PROXY …), but never for this machine itself.</summary>
internal sealed class OutsideProxy : IWebProxy
{
    public ICredentials? Credentials
    {
        get => HttpClient.DefaultProxy.Credentials;
        set => throw new NotSupportedException();
    }

    public Uri? GetProxy(Uri destination) => destination.IsLoopback ? null : HttpClient.DefaultProxy.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || HttpClient.DefaultProxy.IsBypassed(host);
}
