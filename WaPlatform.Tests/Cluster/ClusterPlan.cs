namespace WaPlatform.Tests.Cluster;

/// <summary>What a cluster consists of.</summary>
internal sealed record ClusterPlan
{
    public required int Gateways { get; init; }

    public required int Hosts { get; init; }

    /// <summary>Engines that each host may run.</summary>
    public int MaxProcesses { get; init; } = 50;
}
