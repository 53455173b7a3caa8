namespace FlameAssistant.Web.Features.Conversations;

/// <summary>Marks the texts of the inbox (<c>ConversationsText.resx</c>, <c>ConversationsText.es.resx</c>).</summary>
public sealed class ConversationsText;
