using System.Globalization;
using System.Reflection;
using System.Resources;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Features.Conversations;
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
}
