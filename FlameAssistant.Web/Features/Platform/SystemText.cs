namespace FlameAssistant.Web.Features.Platform;

/// <summary>Marks the texts of everything under <c>/system</c>.</summary>
public sealed class SystemText;
