namespace FlameAssistant.Data.Platform;

/// <summary>The database cannot be used as it is; the message is one sentence that says what to do.</summary>
public sealed class DatabaseSetupException(string message, Exception? inner = null)
    : Exception(message, inner);
