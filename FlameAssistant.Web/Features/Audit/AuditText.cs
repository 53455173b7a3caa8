namespace FlameAssistant.Web.Features.Audit;

/// <summary>Marks the texts of both audit pages.</summary>
public sealed class AuditText;
