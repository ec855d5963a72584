namespace WaPlatform.Jobs.Backups;

/// <summary>
/// Lets the whole platform stop and begin anew in the same process. Registered only where one process is the whole platform: a restore of everything is put
/// into place between the two.
/// </summary>
public sealed class RestartRequest(IHostApplicationLifetime lifetime)
{
    /// <summary>Whether the platform is to begin anew once it has stopped.</summary>
    public bool IsMade { get; private set; }

    public void Make()
    {
        IsMade = true;
        lifetime.StopApplication();
    }
}
