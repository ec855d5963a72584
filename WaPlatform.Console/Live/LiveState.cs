namespace WaPlatform.Console.Live;

/// <summary>Whether what is shown follows what happens.</summary>
public enum LiveState
{
    /// <summary>Nobody is signed in.</summary>
    Off,
    Connecting,
    Live,

    /// <summary>The connection was lost; the console dials again, and what is shown may be old.</summary>
    Lost,
}
