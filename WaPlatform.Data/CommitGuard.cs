namespace WaPlatform.Data;

/// <summary>
/// Asked in every transaction of a <see cref="GroupCommit"/>, just before it is committed, whether this process may still write. Refuses by
/// throwing <see cref="LeaseLostException"/>; nothing of the transaction is then written.
/// </summary>
public delegate Task CommitGuard(WaDbContext database);

/// <summary>This host's lease is over or nearly so: what it does from now on is void. Counts as a database that can't be written to now.</summary>
public sealed class LeaseLostException() : Exception("This host's lease ran out; its devices may be another host's.");
