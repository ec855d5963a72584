namespace WaPlatform.Simulator.Storage;

/// <summary>gowa's folders and files in its working directory (gowa contract §3.1).</summary>
internal static class Folders
{
    public const string QrCodes = "statics/qrcode";
    public const string Media = "statics/media";
    public const string ChatDatabase = "storages/chatstorage.db";

    public static void Create()
    {
        foreach (var folder in (string[])[QrCodes, "statics/senditems", "storages", Media, "storages/ui"])
        {
            Directory.CreateDirectory(folder);
        }
    }

    /// <summary>The side files SQLite would keep; present while the database is open.</summary>
    public static void CreateSideFiles(string database)
    {
        foreach (var suffix in (string[])["-wal", "-shm"])
        {
            File.Open(database + suffix, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete).Dispose();
        }
    }

    public static void DeleteSideFiles(string database)
    {
        File.Delete(database + "-wal");
        File.Delete(database + "-shm");
    }
}
