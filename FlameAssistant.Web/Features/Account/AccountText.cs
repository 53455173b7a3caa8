namespace FlameAssistant.Web.Features.Account;

/// <summary>Marks the texts of the sign-in pages (<c>AccountText.resx</c>, <c>AccountText.es.resx</c>).</summary>
public sealed class AccountText;
