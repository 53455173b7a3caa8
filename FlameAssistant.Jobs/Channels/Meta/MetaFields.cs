namespace FlameAssistant.Jobs.Channels.Meta;

/// <summary>The fields that Messenger and Instagram have alike.</summary>
internal static class MetaFields
{
    public static IReadOnlyList<ChannelField> After(ChannelField account, string tokenHint) =>
        [
            account,
            new("access_token", "Access token", true, true, tokenHint, 2000),
            new(
                "app_secret",
                "App secret",
                true,
                true,
                "Meta app › App settings › Basic › App secret."
            ),
            new(
                "verify_token",
                "Verify token",
                true,
                true,
                "Any text of your choice; enter the same at Meta's webhook."
            ),
            new(
                "base_url",
                "API address",
                false,
                false,
                "Only for tests: the address of a simulator."
            ),
        ];
}
