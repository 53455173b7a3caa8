using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Data.Platform;

/// <summary>
/// Wraps the key ring (AES-256-GCM), from <c>Flame__Secrets__MasterKey</c>: at least 32 characters. Without it nobody who
/// reads the database, or a backup of it, can open a tenant's secrets.
/// </summary>
public sealed class MasterKey : IXmlEncryptor
{
    public const int MinimumLength = 32;

    private readonly byte[] key;

    public MasterKey(string secret)
    {
        if (secret.Length < MinimumLength)
        {
            throw new DatabaseSetupException(
                $"Flame__Secrets__MasterKey has {secret.Length} characters, but at least {MinimumLength} are needed: make one with `openssl rand -base64 48`."
            );
        }
        key = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            Encoding.UTF8.GetBytes(secret),
            32,
            info: "flame key ring"u8.ToArray()
        );
    }

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(
            plaintextElement.ToString(SaveOptions.DisableFormatting)
        );
        var sealedBytes = new byte[
            AesGcm.NonceByteSizes.MaxSize + AesGcm.TagByteSizes.MaxSize + plain.Length
        ];
        var nonce = sealedBytes.AsSpan(0, AesGcm.NonceByteSizes.MaxSize);
        var tag = sealedBytes.AsSpan(nonce.Length, AesGcm.TagByteSizes.MaxSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, AesGcm.TagByteSizes.MaxSize);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(nonce.Length + tag.Length), tag);
        return new EncryptedXmlInfo(
            new XElement("masterKeyWrapped", Convert.ToBase64String(sealedBytes)),
            typeof(MasterKeyDecryptor)
        );
    }

    public XElement Decrypt(XElement encryptedElement)
    {
        var sealedBytes = Convert.FromBase64String(encryptedElement.Value);
        var nonce = sealedBytes.AsSpan(0, AesGcm.NonceByteSizes.MaxSize);
        var tag = sealedBytes.AsSpan(nonce.Length, AesGcm.TagByteSizes.MaxSize);
        var plain = new byte[sealedBytes.Length - nonce.Length - tag.Length];
        using var aes = new AesGcm(key, AesGcm.TagByteSizes.MaxSize);
        aes.Decrypt(nonce, sealedBytes.AsSpan(nonce.Length + tag.Length), tag, plain);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }
}

/// <summary>Made by Data Protection, which hands it the services.</summary>
public sealed class MasterKeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) =>
        services.GetRequiredService<MasterKey>().Decrypt(encryptedElement);
}
