using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using WaPlatform.Data.Access;

namespace WaPlatform.Gateway.Access;

/// <summary>Password hashes in the format of ASP.NET Core Identity (PBKDF2).</summary>
internal sealed class Passwords
{
    public const int MinLength = 8;
    public const int MaxLength = 256;

    private readonly IPasswordHasher<User> _hasher;
    private readonly string _nobodysHash;

    public Passwords(IPasswordHasher<User> hasher)
    {
        _hasher = hasher;
        _nobodysHash = Hash(NewStamp());
    }

    /// <summary>What is wrong with a new password; null if nothing.</summary>
    public static string? Problem(string? password) =>
        password is { Length: >= MinLength and <= MaxLength } ? null : $"Must have from {MinLength} to {MaxLength} characters.";

    // The hasher has a parameter for the user and does not look at it.
    public string Hash(string password) => _hasher.HashPassword(null!, password);

    public bool Matches(string hash, string password) =>
        _hasher.VerifyHashedPassword(null!, hash, password) != PasswordVerificationResult.Failed;

    /// <summary>The same work as for a wrong password of a user who exists; nobody knows the one that it would match.</summary>
    public bool MatchNobody(string password) => Matches(_nobodysHash, password);

    public static string NewStamp() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
