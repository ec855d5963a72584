using System.Globalization;

namespace WaPlatform.ProcessHost.Sessions;

/// <summary>
/// Which owner of a number comes after which; kept as the comment of its schema. A number that is registered anew begins anew, so the registration counts first.
/// </summary>
/// <param name="RegisteredAt">When the number was registered, in ms of Unix time.</param>
/// <param name="Epoch">The owner's epoch.</param>
internal readonly record struct SessionTurn(long RegisteredAt, long Epoch)
{
    private const string Prefix = "waplatform";

    /// <summary>Null for a comment that is not ours.</summary>
    public static SessionTurn? Parse(string? comment) =>
        comment?.Split(' ') is [Prefix, var registered, var owner]
            && long.TryParse(registered, CultureInfo.InvariantCulture, out var registeredAt) && long.TryParse(owner, CultureInfo.InvariantCulture, out var epoch)
            ? new SessionTurn(registeredAt, epoch)
            : null;

    public bool IsAfter(SessionTurn other) => (RegisteredAt, Epoch).CompareTo((other.RegisteredAt, other.Epoch)) > 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix} {RegisteredAt} {Epoch}");
}
