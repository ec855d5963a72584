using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.Gateway.Access;

/// <summary>The key of access tokens: configured, or generated once and kept.</summary>
internal sealed class SigningKey
{
    private const int GeneratedBytes = 48;

    public SigningKey(IOptions<AccessOptions> options, DataDirectory directory)
    {
        var secret = options.Value.JwtSecret
            ?? SecretFile.ReadOrCreate(directory.File("jwt-secret"), () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(GeneratedBytes)));
        var bytes = Encoding.UTF8.GetBytes(secret);
        if (bytes.Length < AccessOptions.MinSecretBytes)
        {
            throw new InvalidOperationException($"The file jwt-secret in {directory} is damaged: it holds fewer than {AccessOptions.MinSecretBytes} bytes. Remove it, and a new one is made.");
        }

        Key = new SymmetricSecurityKey(bytes);
    }

    public SymmetricSecurityKey Key { get; }
}
