using System.Globalization;
using System.Reflection;
using System.Resources;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Features.Channels;
using FlameAssistant.Web.Features.Contacts;
using FlameAssistant.Web.Features.Conversations;
using FlameAssistant.Web.Features.Members;
using FlameAssistant.Web.Features.Notifications;
using FlameAssistant.Web.Features.Templates;
using FlameAssistant.Web.Shared;

namespace FlameAssistant.Web.Tests.Conversations;

public sealed class ErrorTextTests
{
    public static TheoryData<string, string> Errors { get; } =
    [
        .. from property in typeof(ConversationErrors).GetProperties(
            BindingFlags.Public | BindingFlags.Static
        )
        where property.PropertyType == typeof(Error)
        let code = ((Error)property.GetValue(obj: null)!).Code
        from language in new[] { "", "es" }
        select (code, language),
    ];

    [Theory]
    [MemberData(nameof(Errors))]
    public void Error_should_be_said_in_every_language(string code, string language)
    {
        var texts = new ResourceManager(
            typeof(ConversationsText).FullName!,
            typeof(ConversationsText).Assembly
        );
        texts
            .GetResourceSet(
                CultureInfo.GetCultureInfo(language),
                createIfNotExists: true,
                tryParents: false
            )!
            .GetString($"Error.{code}")
            .ShouldNotBeNullOrWhiteSpace();
    }

    /// <summary>Where each is shown; those that name something are made by a method, so they are written here.</summary>
    public static TheoryData<Type, string> ByRoom { get; } =
    [
        .. from room in new (Type Texts, Type Errors, string[] Named)[]
        {
            (typeof(MembersText), typeof(TeamErrors), ["team.exists", "availability.invalid"]),
            (typeof(FieldsText), typeof(FieldErrors), ["field.invalid"]),
            (
                typeof(ConversationsText),
                typeof(ConversationsText),
                [
                    "conversation.fields",
                    "contact.fields",
                    "contact.not_found",
                    "message.opted_out",
                    "availability.invalid",
                ]
            ),
            (typeof(ContactsText), typeof(ContactErrors), ["contact.invalid", "contact.fields"]),
            (typeof(ContactsText), typeof(ImportErrors), ["import.open_quote"]),
            (
                typeof(ChannelsText),
                typeof(ChannelErrors),
                [
                    "channel.routing",
                    "channel.invalid",
                    "channel.name_taken",
                    "channel.account_taken",
                    "channel.account_connected",
                ]
            ),
            (typeof(ChannelsText), typeof(QuarantineErrors), ["forbidden", "unavailable"]),
            (typeof(TemplatesText), typeof(TemplatesText), ["template.invalid"]),
            (typeof(NotificationsText), typeof(NotificationsText), ["notification.kind"]),
        }
        from code in room.Named.Concat(
            room.Errors.GetProperties(BindingFlags.Public | BindingFlags.Static)
                .Where(property => property.PropertyType == typeof(Error))
                .Select(property => ((Error)property.GetValue(obj: null)!).Code)
        )
        select (room.Texts, code),
    ];

    [Theory]
    [MemberData(nameof(ByRoom))]
    public void Error_should_be_said_in_every_language_where_it_is_shown(Type room, string code)
    {
        var texts = new ResourceManager(room.FullName!, room.Assembly);
        foreach (var language in (string[])["", "es"])
        {
            texts
                .GetResourceSet(
                    CultureInfo.GetCultureInfo(language),
                    createIfNotExists: true,
                    tryParents: false
                )!
                .GetString($"Error.{code}")
                .ShouldNotBeNullOrWhiteSpace($"{room.Name} {language} {code}");
        }
    }
}
