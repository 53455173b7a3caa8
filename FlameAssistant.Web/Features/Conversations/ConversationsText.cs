using Microsoft.Extensions.Localization;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>Marks the texts of the inbox (<c>ConversationsText.resx</c>, <c>ConversationsText.es.resx</c>).</summary>
public sealed class ConversationsText;

internal static class CustomerNames
{
    /// <summary>Some channels tell neither a name nor a number: such a customer is called just that.</summary>
    public static string Customer(this IStringLocalizer<ConversationsText> l, string name) =>
        name.Length > 0 ? name : l["Customer"].Value;
}
