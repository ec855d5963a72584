using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace WaPlatform.ServiceDefaults.Secrets;

/// <summary>
/// The key from outside (<c>WAPLATFORM_MASTER_KEY</c>) that the keys of the ring are encrypted with: with it, whoever has the database or the data directory,
/// or a backup of them, has no secret in the clear. The same for all services of an installation.
/// </summary>
internal sealed class MasterKey
{
    public const string Variable = "WAPLATFORM_MASTER_KEY";

    public const int MinBytes = 32;

    private static readonly int NonceSize = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int TagSize = AesGcm.TagByteSizes.MaxSize;

    private readonly byte[] _key;

    private MasterKey(byte[] text) => _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, text, 32, info: "waplatform key ring"u8.ToArray());

    /// <returns>Null if none is configured.</returns>
    /// <exception cref="OptionsValidationException">It is too short.</exception>
    public static MasterKey? From(IConfiguration configuration)
    {
        if (configuration[Variable] is not { } text || string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var bytes = Encoding.UTF8.GetBytes(text.Trim());
        return bytes.Length >= MinBytes && bytes.Distinct().Count() >= 8
            ? new MasterKey(bytes)
            : throw new OptionsValidationException(
                Variable, typeof(string), [$"{Variable} must have {MinBytes} bytes at least, and not always the same ones: openssl rand -hex 32."]);
    }

    public byte[] Encrypt(ReadOnlySpan<byte> plain)
    {
        var sealedText = new byte[NonceSize + TagSize + plain.Length];
        var nonce = sealedText.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_key, TagSize);
        cipher.Encrypt(nonce, plain, sealedText.AsSpan(NonceSize + TagSize), sealedText.AsSpan(NonceSize, TagSize));
        return sealedText;
    }

    /// <exception cref="CryptographicException">Another key encrypted it, or it was changed.</exception>
    public byte[] Decrypt(ReadOnlySpan<byte> sealedText)
    {
        if (sealedText.Length < NonceSize + TagSize)
        {
            throw new CryptographicException("A key of the ring is damaged.");
        }

        var plain = new byte[sealedText.Length - NonceSize - TagSize];
        using var cipher = new AesGcm(_key, TagSize);
        cipher.Decrypt(sealedText[..NonceSize], sealedText[(NonceSize + TagSize)..], sealedText.Slice(NonceSize, TagSize), plain);
        return plain;
    }
}
