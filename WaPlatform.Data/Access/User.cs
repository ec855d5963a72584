using System.Text.Json.Serialization;
using WaPlatform.Contracts;

namespace WaPlatform.Data.Access;

/// <summary>Somebody who signs in with a password.</summary>
public sealed class User
{
    public Guid Id { get; init; }

    public required string Username { get; init; }

    /// <summary>Upper case of <see cref="Username"/>: the unique one.</summary>
    public required string NormalizedUsername { get; init; }

    /// <summary>In the format of ASP.NET Core Identity's hasher.</summary>
    public required string PasswordHash { get; set; }

    public UserRole Role { get; set; }

    /// <summary>Changes with password and role; tokens of an older one are void.</summary>
    public required string SecurityStamp { get; set; }

    public int FailedLogins { get; set; }

    public DateTimeOffset? LockedUntil { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}

[JsonConverter(typeof(SnakeCaseEnumConverter<UserRole>))]
public enum UserRole
{
    Viewer,
    Operator,
    Admin,
}
