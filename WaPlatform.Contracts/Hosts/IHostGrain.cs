using WaPlatform.Contracts.Cleanup;

namespace WaPlatform.Contracts.Hosts;

/// <summary>What one host is asked about its own files, keyed by the host's name. Runs on that host.</summary>
[Alias("WaPlatform.IHostGrain")]
public interface IHostGrain : IGrainWithStringKey
{
    /// <summary>Numbers that have session files here, each with the place that the device's row names (<c>machine:path</c>).</summary>
    [Alias("ListSessions"), ResponseTimeout("00:01:00")]
    Task<IReadOnlyList<SessionHome>> ListSessionsAsync();

    /// <summary>A consistent copy of a number's session files, whether or not its engine runs.</summary>
    [Alias("ReadSession")]
    IAsyncEnumerable<SessionPart> ReadSessionAsync(string phoneNumber);

    /// <summary>Removes what engines left behind, or tells what it would remove.</summary>
    [Alias("Clean"), ResponseTimeout("00:05:00")]
    Task<IReadOnlyList<CleanupPart>> CleanAsync(bool dryRun);
}

[GenerateSerializer, Immutable]
public sealed record SessionHome([property: Id(0)] string PhoneNumber, [property: Id(1)] string Home);

/// <summary>A piece of a file. The pieces of one file follow one another.</summary>
/// <param name="File">Path in the engine's working directory, with slashes.</param>
[GenerateSerializer, Immutable]
public sealed record SessionPart([property: Id(0)] string File, [property: Id(1)] byte[] Data);
