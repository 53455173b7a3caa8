namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>Something under a message that the customer may press.</summary>
/// <param name="Kind"><c>button_reply</c>, <c>list_reply</c>, <c>button</c> (of a template) or <c>url</c>.</param>
/// <param name="Text">More words of a row, or where a link leads.</param>
public sealed record TranscriptChoice(string Kind, string Id, string Title, string? Text = null);
