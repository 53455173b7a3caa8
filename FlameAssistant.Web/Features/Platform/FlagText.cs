using Microsoft.Extensions.Localization;

namespace FlameAssistant.Web.Features.Platform;

/// <summary>What a feature is, in the reader's language; one that this build does not know, in the words it was stored with.</summary>
public static class FlagText
{
    public static string? Of(
        IStringLocalizer<SystemText> texts,
        string name,
        string? description
    ) => texts[$"Flag.{name}"] is { ResourceNotFound: false } known ? known : description;
}
