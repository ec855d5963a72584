using System.Text.RegularExpressions;

namespace WaPlatform.ProcessHost.Cleanup;

internal enum EngineLeftOver
{
    /// <summary>Not to be touched: a database, or what nobody knows.</summary>
    None,
    Media,
    Temporary,
}

/// <summary>Tells what a file in an engine's working directory is by its path (gowa contract §3.1). Whatever it does not know it leaves alone.</summary>
internal static partial class EngineLeftOvers
{
    /// <param name="path">In the working directory, with slashes.</param>
    public static EngineLeftOver Of(string path) => path switch
    {
        _ when path.StartsWith("statics/media/", StringComparison.Ordinal) => EngineLeftOver.Media,
        _ when path.StartsWith("statics/senditems/", StringComparison.Ordinal) || path.StartsWith("statics/qrcode/", StringComparison.Ordinal) => EngineLeftOver.Temporary,
        _ when HistoryDump().IsMatch(path) => EngineLeftOver.Temporary,
        _ when MediaCopy().IsMatch(path) => EngineLeftOver.Media,
        _ => EngineLeftOver.None,
    };

    [GeneratedRegex(@"\Astorages/history-[^/]+\.json\z")]
    private static partial Regex HistoryDump();

    // <unix>-<uuid>.<ext>; never a database's name.
    [GeneratedRegex(@"\Astorages/[0-9]{9,12}-[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\.(?!db)[A-Za-z0-9]{1,8}\z")]
    private static partial Regex MediaCopy();
}
