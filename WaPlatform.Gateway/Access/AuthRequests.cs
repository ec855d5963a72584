using WaPlatform.Data.Access;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Access;

internal sealed record LoginRequest(string? Username, string? Password)
{
    private const int MaxUsername = 64;

    public FieldErrors Validate()
    {
        var errors = new FieldErrors();
        errors.Require(!string.IsNullOrWhiteSpace(Username), "username", "Is missing.");
        errors.Require(Username is null || (Username.Length <= MaxUsername && !Username.Any(char.IsControl)), "username", $"Must have at most {MaxUsername} characters, none of them a control character.");
        errors.Require(!string.IsNullOrEmpty(Password), "password", "Is missing.");
        errors.Require(Password is null || Password.Length <= Passwords.MaxLength, "password", $"Must have at most {Passwords.MaxLength} characters.");
        return errors;
    }
}

internal sealed record RefreshRequest(string? RefreshToken)
{
    private const int MaxToken = 256;

    public FieldErrors Validate()
    {
        var errors = new FieldErrors();
        errors.Require(!string.IsNullOrEmpty(RefreshToken) && RefreshToken.Length <= MaxToken, "refreshToken", "Is missing or too long.");
        return errors;
    }
}

internal sealed record ChangePasswordRequest(string? CurrentPassword, string? NewPassword)
{
    public FieldErrors Validate()
    {
        var errors = new FieldErrors();
        errors.Require(!string.IsNullOrEmpty(CurrentPassword) && CurrentPassword.Length <= Passwords.MaxLength, "currentPassword", "Is missing or too long.");
        if (Passwords.Problem(NewPassword) is { } problem)
        {
            errors.Add("newPassword", problem);
        }

        errors.Require(NewPassword is null || NewPassword != CurrentPassword, "newPassword", "Must differ from the current one.");
        return errors;
    }
}

/// <param name="Token">Access token: send it as <c>Authorization: Bearer …</c>.</param>
/// <param name="RefreshToken">Single use: each refresh returns the next one.</param>
internal sealed record LoginAnswer(string Token, string TokenType, DateTimeOffset ExpiresAt, string RefreshToken, UserView User);

internal sealed record UserView(string Username, UserRole Role);

/// <param name="Username">Null for a key.</param>
/// <param name="Role">Null for a key.</param>
/// <param name="Devices">The only numbers that the caller may use; null = all.</param>
/// <param name="Key">The key that was called with; null for a user.</param>
internal sealed record MeView(string? Username, UserRole? Role, IReadOnlyList<string> Scopes, IReadOnlyList<string>? Devices, CallingKeyView? Key);

internal sealed record CallingKeyView(Guid Id, string Prefix, DateTimeOffset? ExpiresAt);
