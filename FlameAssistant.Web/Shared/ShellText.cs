namespace FlameAssistant.Web.Shared;

/// <summary>Marks the texts of layout, navigation and shared messages (<c>ShellText.resx</c>, <c>ShellText.es.resx</c>).</summary>
public sealed class ShellText;
