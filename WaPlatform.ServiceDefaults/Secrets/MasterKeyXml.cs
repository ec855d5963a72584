using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace WaPlatform.ServiceDefaults.Secrets;

/// <summary>Encrypts the keys of Data Protection's ring with the <see cref="MasterKey"/>.</summary>
internal sealed class MasterKeyEncryptor(MasterKey key) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(
        new XElement("sealedKey", Convert.ToBase64String(key.Encrypt(Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting))))),
        typeof(MasterKeyDecryptor));
}

/// <summary>Made by Data Protection, by the name that is written beside each key.</summary>
internal sealed class MasterKeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var key = MasterKey.From(services.GetRequiredService<IConfiguration>())
            ?? throw new CryptographicException($"The ring of keys is encrypted: set {MasterKey.Variable} to the key that encrypted it.");
        return XElement.Parse(Encoding.UTF8.GetString(key.Decrypt(Convert.FromBase64String(encryptedElement.Value))));
    }
}
