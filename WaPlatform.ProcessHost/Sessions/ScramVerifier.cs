using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WaPlatform.ProcessHost.Sessions;

/// <summary>What PostgreSQL keeps of a password (RFC 5803). Sent in its place, so that no statement log shows the password itself.</summary>
internal static class ScramVerifier
{
    // PostgreSQL's own number; the passwords are 192 random bits, so more would only cost time.
    private const int Iterations = 4096;
    private const int Bytes = 32;

    /// <param name="password">ASCII.</param>
    public static string Create(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(password), salt, Iterations, HashAlgorithmName.SHA256, Bytes);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return string.Create(
            CultureInfo.InvariantCulture, $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}");
    }
}
