namespace FlameAssistant.Jobs.Channels.Meta;

/// <summary>The fields that Messenger and Instagram have alike.</summary>
internal static class MetaSettings
{
    public const string AccessToken = "access_token";
    public const string AppSecret = "app_secret";
    public const string VerifyToken = "verify_token";
    public const string BaseUrl = "base_url";

    public static ChannelDefinition Definition(MetaDialect dialect, string account, Type texts) =>
        new(
            dialect.ChannelType,
            dialect.Name,
            AccountField: account,
            [
                new(account) { IsRequired = true, Pattern = "[0-9]{1,30}" },
                new(AccessToken, ChannelFieldKind.Secret) { IsRequired = true, MaxLength = 2000 },
                new(AppSecret, ChannelFieldKind.Secret) { IsRequired = true },
                new(VerifyToken, ChannelFieldKind.Secret) { IsRequired = true, IsGenerated = true },
                new(BaseUrl) { IsAdvanced = true, IsDevelopmentOnly = true },
            ],
            ReplyWindow: TimeSpan.FromHours(24),
            ReopenWithin: TimeSpan.FromHours(72)
        )
        {
            Texts = texts,
            Addresses =
            [
                new("callback"),
                new("verify_token", ChannelAddressKind.Value, VerifyToken),
            ],
        };
}
