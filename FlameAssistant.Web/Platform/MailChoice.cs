using FlameAssistant.Jobs.Mail;

namespace FlameAssistant.Web.Platform;

/// <summary>How letters leave: by the SMTP server of the settings; in Development without one, into a folder.</summary>
internal static class MailChoice
{
    public static void AddMail(this WebApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection("Flame:Smtp");
        builder.Services.Configure<MailOptions>(settings);
        builder.Services.Configure<MailOptions>(mail =>
            mail.Folder = Path.Combine(FlameSettings.DataPath(builder.Configuration), "mail")
        );
        builder.Services.AddSingleton<MailQueue>();
        builder.Services.AddTransient<SendMailJob>();
        builder.Services.AddSingleton<PublicAddress>();
        if (builder.Environment.IsDevelopment() && string.IsNullOrEmpty(settings["Host"]))
        {
            builder.Services.AddSingleton<FolderMailer>();
            builder.Services.AddSingleton<IMailer>(services =>
                services.GetRequiredService<FolderMailer>()
            );
            return;
        }
        builder.Services.AddSingleton<IMailer, SmtpMailer>();
    }
}

/// <summary>Addresses for letters and the command line. Never from a request: its Host header is anybody's to choose.</summary>
public sealed class PublicAddress(IConfiguration configuration)
{
    public string Of(string path) =>
        (
            configuration["Flame:PublicUrl"]
            ?? configuration["Flame:Urls"]?.Split(';')[0]
            ?? FlameSettings.DefaultUrl
        ).TrimEnd('/') + path;
}
