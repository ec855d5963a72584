using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using WaPlatform.Data.Access;

namespace WaPlatform.Gateway.Access;

/// <summary>Password hashes in the format of ASP.NET Core Identity (PBKDF2).</summary>
internal sealed class Passwords
{
    public const int MinLength = 8;
    public const int MaxLength = 256;

    private readonly PasswordHasher<User> _hasher = new();
    private readonly string _nobodysHash;

    public Passwords() => _nobodysHash = Hash(NewStamp());

    // The hasher has a parameter for the user and does not look at it.
    public string Hash(string password) => _hasher.HashPassword(null!, password);

    public bool Matches(string hash, string password) =>
        _hasher.VerifyHashedPassword(null!, hash, password) != PasswordVerificationResult.Failed;

    /// <summary>Takes as long as a wrong password of a user who exists.</summary>
    public void MatchNobody(string password) => Matches(_nobodysHash, password);

    public static string NewStamp() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
