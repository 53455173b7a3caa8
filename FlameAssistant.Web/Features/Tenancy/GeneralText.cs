namespace FlameAssistant.Web.Features.Tenancy;

/// <summary>Marks the texts of a workspace's general settings and of the support banner.</summary>
public sealed class GeneralText;
