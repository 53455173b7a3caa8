using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;

namespace FlameAssistant.Jobs.Channels.Meta;

/// <summary>Messenger and Instagram speak one language; where they differ is here.</summary>
/// <param name="Object">What the webhooks call the account.</param>
/// <param name="IdentityKind">What names a customer.</param>
/// <param name="TakesMetadata">Whether a message may carry our own id, which its echo brings back.</param>
internal sealed record MetaDialect(
    string ChannelType,
    string Name,
    string Object,
    string IdentityKind,
    bool TakesMetadata
)
{
    public static MetaDialect Messenger { get; } =
        new(ChannelTypes.Messenger, "Messenger", "page", IdentityKinds.Psid, TakesMetadata: true);

    public static MetaDialect Instagram { get; } =
        new(
            ChannelTypes.Instagram,
            "Instagram",
            "instagram",
            IdentityKinds.Igsid,
            TakesMetadata: false
        );
}
