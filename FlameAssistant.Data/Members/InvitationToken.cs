using System.Security.Cryptography;
using System.Text;

namespace FlameAssistant.Data.Members;

/// <summary>What an invitation's link carries. Only its SHA-256 is stored: who reads the table cannot accept.</summary>
public static class InvitationToken
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    public static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    public static string Hash(string token) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
