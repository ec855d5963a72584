using WaPlatform.Tests.Platform.Messages;

namespace WaPlatform.Tests.Cluster;

/// <summary>Everything that a cluster accepted in its life: a verdict over its devices is about all of it.</summary>
internal sealed class AcceptedMessages
{
    private int _loads;

    public List<(ChaosMessage Message, string Id)> Messages { get; } = [];

    /// <summary>Tells the texts of one load from those of another.</summary>
    public int NextLoad() => ++_loads;
}
