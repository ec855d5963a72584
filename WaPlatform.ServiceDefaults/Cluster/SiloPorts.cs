namespace WaPlatform.ServiceDefaults.Cluster;

/// <summary>The ports of this process's silo, kept from other processes as long as this object lives.</summary>
internal sealed class SiloPorts
{
    private readonly List<ReservedPort> _reserved = [];

    public SiloPorts(ClusterSettings settings)
    {
        Silo = settings.SiloPort ?? Reserve(settings);

        // Without Redis the silo is alone in its process, and its clients are in that process too: no port for them unless one is asked for.
        Gateway = settings.GatewayPort ?? (settings.UsesRedis ? Reserve(settings) : 0);
    }

    public int Silo { get; }

    /// <summary>0 = none.</summary>
    public int Gateway { get; }

    private int Reserve(ClusterSettings settings)
    {
        var port = new ReservedPort(settings.Address);
        _reserved.Add(port);
        return port.Number;
    }
}
