using System.Security.Cryptography;
using System.Text;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>Message ids in Meta's form: base64 over the customer's number, the direction and a random part.</summary>
internal static class Wamid
{
    public static string New(Customer customer, MessageDirection direction)
    {
        var who = Encoding.ASCII.GetBytes(PhoneDigits.Of(customer.From));
        var random = Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(20));
        byte[] id =
        [
            0x1c,
            0x18,
            (byte)who.Length,
            .. who,
            0x15,
            0x02,
            0x00,
            (byte)(direction == MessageDirection.In ? 0x12 : 0x11),
            0x18,
            (byte)random.Length,
            .. random,
            0x00,
        ];
        return $"wamid.{Convert.ToBase64String(id)}";
    }
}
