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
        // Anybody can invent names. Who pushes one out has failed as often with others.
        private const int MaxUnknown = 64;

        private readonly Dictionary<string, (int Failures, DateTimeOffset At)> _unknown = new(StringComparer.Ordinal);

        public async Task<Turn> EnterAsync(CancellationToken cancellationToken)
        {
            await WaitAsync(cancellationToken);
            return new Turn(this);
        }

        /// <summary>Until when a name that no user has is shut out: each by itself and as a user would be, so that answers don't tell who exists.</summary>
        public DateTimeOffset? UnknownLockedUntil(string name) =>
            _unknown.TryGetValue(name, out var known) ? known.At + LockPolicy.After(known.Failures) : null;

        /// <summary>Counts a failure for a name that no user has.</summary>
        public void CountUnknown(string name, DateTimeOffset now)
        {
            if (_unknown.Count >= MaxUnknown && !_unknown.ContainsKey(name))
            {
                _unknown.Remove(_unknown.MinBy(known => known.Value.At).Key);
            }

            _unknown[name] = (_unknown.GetValueOrDefault(name).Failures + 1, now);
        }
    }

    internal readonly struct Turn(Gate gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
