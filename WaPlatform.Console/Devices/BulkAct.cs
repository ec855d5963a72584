namespace WaPlatform.Console.Devices;

/// <summary>What can be done to many devices at once.</summary>
public enum BulkAct
{
    Start,
    Stop,
    Restart,
    Pause,
    Resume,
}

public static class BulkActs
{
    /// <returns>What takes it back; null if nothing does.</returns>
    public static BulkAct? UndoOf(BulkAct act) => act switch
    {
        BulkAct.Start => BulkAct.Stop,
        BulkAct.Stop => BulkAct.Start,
        BulkAct.Pause => BulkAct.Resume,
        BulkAct.Resume => BulkAct.Pause,
        _ => null,
    };
}
