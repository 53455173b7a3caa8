namespace FlameAssistant.Jobs.Mail;

/// <summary>Settings <c>Flame__Smtp__*</c>.</summary>
public sealed class MailOptions
{
    public string? Host { get; set; }

    public int Port { get; set; } = 587;

    public string? User { get; set; }

    public string? Password { get; set; }

    public string From { get; set; } = "Flame Assistant <no-reply@localhost>";

    /// <summary>Null: encrypted where the server offers it, and always before a password is sent.</summary>
    public bool? UseTls { get; set; }

    /// <summary>Where letters are kept when there is no server, in Development only.</summary>
    public string? Folder { get; set; }
}
