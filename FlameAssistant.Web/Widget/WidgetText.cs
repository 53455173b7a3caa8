namespace FlameAssistant.Web.Widget;

/// <summary>Marks the texts of the widget, in the customers' three languages.</summary>
public sealed class WidgetText;
