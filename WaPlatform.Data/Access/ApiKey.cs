namespace WaPlatform.Data.Access;

/// <summary>A key that programs call the platform with. What it may do never changes; of its secret only the hash is stored.</summary>
public sealed class ApiKey
{
    public Guid Id { get; init; }

    /// <summary>For people; need not be unique.</summary>
    public required string Name { get; init; }

    /// <summary>The beginning of the key, which everybody may see: finds the row.</summary>
    public required string Prefix { get; init; }

    /// <summary>SHA-256 (hex) of the secret behind the prefix.</summary>
    public required string Hash { get; init; }

    public required List<string> Scopes { get; init; }

    /// <summary>Digits of the only numbers that it may use; null = all.</summary>
    public List<string>? Devices { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>To the minute or so: it is not written at each use.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>Name of the user, or of the key, that made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The key that made it and ends it with its own end; null if a user did.</summary>
    public Guid? ParentId { get; init; }
}
