using System.Buffers;
using WaPlatform.Contracts;
using WaPlatform.Data.Access;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Users;

/// <param name="Username">1 to 64 letters (a–z), digits and . _ - @ +; small and capital letters are the same.</param>
/// <param name="Password">8 to 256 characters.</param>
/// <param name="Role"><c>admin</c>, <c>operator</c> or <c>viewer</c>.</param>
internal sealed record AddUserRequest(string? Username, string? Password, string? Role)
{
    private const int MaxLength = 64;

    // Of one alphabet: names that look alike are alike.
    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-@+");

    public FieldErrors Validate(out UserRole role)
    {
        var errors = new FieldErrors();
        errors.Require(
            Username is { Length: >= 1 and <= MaxLength } && !Username.AsSpan().ContainsAnyExcept(Letters), "username",
            $"Must have from 1 to {MaxLength} letters (a to z), digits and . _ - @ +.");
        if (Passwords.Problem(Password) is { } problem)
        {
            errors.Add("password", problem);
        }

        role = UserRoles.Read(Role, errors);
        return errors;
    }
}

/// <summary>What to change; what is left out stays.</summary>
internal sealed record ChangeUserRequest(string? Password = null, string? Role = null)
{
    public FieldErrors Validate(out UserRole? role)
    {
        var errors = new FieldErrors();
        if (Password is not null && Passwords.Problem(Password) is { } problem)
        {
            errors.Add("password", problem);
        }

        role = Role is null ? null : UserRoles.Read(Role, errors);
        return errors;
    }
}

/// <param name="LockedUntil">Wrong passwords shut the user out until then; null if none did.</param>
internal sealed record UserDetailsView(string Username, UserRole Role, DateTimeOffset CreatedAt, DateTimeOffset? LockedUntil)
{
    public static UserDetailsView From(User user, DateTimeOffset now) =>
        new(user.Username, user.Role, user.CreatedAt, user.LockedUntil > now ? user.LockedUntil : null);
}

internal static class UserRoles
{
    public static UserRole Read(string? name, FieldErrors errors)
    {
        errors.Require(WireJson.TryParseName<UserRole>(name, out var role), "role", $"Must be one of {string.Join(", ", Enum.GetValues<UserRole>().Select(WireJson.NameOf))}.");
        return role;
    }
}
