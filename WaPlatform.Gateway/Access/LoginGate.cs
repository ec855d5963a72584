namespace WaPlatform.Gateway.Access;

/// <summary>
/// Lets one attempt for a name in at a time, so that a burst of guesses cannot all be under way before the first is counted. Names share a fixed
/// number of gates: unknown names cost no memory.
/// </summary>
internal sealed class LoginGate
{
    private const int Gates = 256;

    private readonly Gate[] _gates = [.. Enumerable.Range(0, Gates).Select(_ => new Gate())];

    // String hashes are seeded anew in each process: nobody can choose names that meet in one gate.
    public Gate For(string normalizedUsername) => _gates[(uint)normalizedUsername.GetHashCode(StringComparison.Ordinal) % Gates];

    internal sealed class Gate() : SemaphoreSlim(1, 1)
    {
        /// <summary>Failures for names that no user has. They are answered like those of a user, so that answers don't tell who exists.</summary>
        public int UnknownFailures { get; set; }

        public DateTimeOffset? UnknownLockedUntil { get; set; }

        public async Task<Turn> EnterAsync(CancellationToken cancellationToken)
        {
            await WaitAsync(cancellationToken);
            return new Turn(this);
        }
    }

    internal readonly struct Turn(Gate gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
