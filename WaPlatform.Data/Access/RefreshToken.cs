namespace WaPlatform.Data.Access;

/// <summary>A single-use token that buys the next access token. Only its hash is stored.</summary>
public sealed class RefreshToken
{
    /// <summary>SHA-256 (hex) of the token.</summary>
    public required string Hash { get; init; }

    public Guid UserId { get; init; }

    /// <summary>All tokens that came from one login; reuse of a spent one revokes them all.</summary>
    public Guid Family { get; init; }

    /// <summary>The user's stamp when it was made: a token of an older one is void. Null in rows from before it was kept.</summary>
    public string? SecurityStamp { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? UsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}
