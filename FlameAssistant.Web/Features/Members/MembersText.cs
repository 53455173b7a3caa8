namespace FlameAssistant.Web.Features.Members;

/// <summary>Marks the texts of the members page.</summary>
public sealed class MembersText;
