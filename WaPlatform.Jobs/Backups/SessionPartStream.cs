using WaPlatform.Contracts.Hosts;
using WaPlatform.Jobs.Backups.Archive;

namespace WaPlatform.Jobs.Backups;

/// <summary>The pieces of one file as a stream; ends where those of the next file begin.</summary>
internal sealed class SessionPartStream(IAsyncEnumerator<SessionPart> parts) : ReadOnlyStream
{
    private readonly string _file = parts.Current.File;
    private ReadOnlyMemory<byte> _rest = parts.Current.Data;

    /// <summary>Whether the enumerator stands at a next file.</summary>
    public bool HasNext { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty)
        {
            if (HasNext || !await parts.MoveNextAsync())
            {
                return 0;
            }

            HasNext = parts.Current.File != _file;
            _rest = HasNext ? default : parts.Current.Data;
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }
}
