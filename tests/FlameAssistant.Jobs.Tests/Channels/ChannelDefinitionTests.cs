using System.Globalization;
using FlameAssistant.Data.Channels;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Channels.WhatsApp;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Jobs.Tests.Channels;

/// <summary>What holds for the definition of every channel that there is.</summary>
public sealed class ChannelDefinitionTests
{
    private static readonly string[] languages = ["en", "es"];

    private static ChannelDefinition Sample { get; } =
        new(
            ChannelTypes.WhatsApp,
            "Sample",
            "id",
            [
                new("id")
                {
                    IsRequired = true,
                    MaxLength = 5,
                    Pattern = "[a-z]+",
                },
                new("secret", ChannelFieldKind.Secret) { IsRequired = true },
                new("count", ChannelFieldKind.Number) { Min = 1, Max = 9 },
                new("colour", ChannelFieldKind.Colour) { Default = "#ff0000" },
                new("place", ChannelFieldKind.Choice) { Options = ["left", "right"] },
                new("origins", ChannelFieldKind.Lines) { MaxLength = 30, Pattern = "https://.+" },
                new("on", ChannelFieldKind.Switch),
            ],
            null,
            TimeSpan.Zero
        );

    [Fact]
    public void Every_channel_should_say_all_of_itself_in_every_language()
    {
        using var services = Services();
        var definitions = services.GetRequiredService<ChannelCatalog>().Definitions.ToList();
        definitions.ShouldNotBeEmpty();
        (
            from definition in definitions
            from key in Keys(definition)
            from language in languages
            where
                string.IsNullOrWhiteSpace(definition.Say(key, CultureInfo.GetCultureInfo(language)))
            select $"{definition.Type}: {key} ({language})"
        ).ShouldBeEmpty();
    }

    [Fact]
    public void Every_channel_should_be_said_in_two_languages()
    {
        using var services = Services();
        foreach (var definition in services.GetRequiredService<ChannelCatalog>().Definitions)
        {
            definition
                .Say("About", CultureInfo.GetCultureInfo("es"))
                .ShouldNotBe(definition.SayInEnglish("About"), definition.Type);
        }
    }

    [Fact]
    public void Every_account_should_be_a_field_or_made_of_them()
    {
        using var services = Services();
        foreach (var definition in services.GetRequiredService<ChannelCatalog>().Definitions)
        {
            (
                definition.AccountOf is not null
                || definition.Fields.Any(field => field.Name == definition.AccountField)
            ).ShouldBeTrue(definition.Type);
            definition
                .Addresses.Where(address => address.Kind == ChannelAddressKind.Value)
                .ShouldAllBe(address => definition.Fields.Any(f => f.Name == address.Field));
        }
    }

    [Theory]
    [InlineData("id", "", "missing")]
    [InlineData("id", "abcdef", "too_long")]
    [InlineData("id", "A", "pattern")]
    [InlineData("id", "abc", null)]
    [InlineData("id", "abc\nx", "pattern")]
    [InlineData("count", "0", "number")]
    [InlineData("count", "x", "number")]
    [InlineData("count", " 9 ", null)]
    [InlineData("count", "", null)]
    [InlineData("colour", "red", "colour")]
    [InlineData("colour", "#12345g", "colour")]
    [InlineData("colour", "#E25822", null)]
    [InlineData("place", "up", "option")]
    [InlineData("place", "left", null)]
    [InlineData("on", "yes", "option")]
    [InlineData("on", "true", null)]
    [InlineData("origins", "https://a.test\n\n https://b.test ", null)]
    [InlineData("origins", "https://a.test\njavascript:x", "pattern")]
    public void ProblemOf_should_say_what_is_wrong(string field, string value, string? code) =>
        (Sample.ProblemOf(Sample.Fields.Single(f => f.Name == field), value)?.Code).ShouldBe(code);

    [Fact]
    public void ProblemOf_should_take_a_stored_secret_for_one_that_is_not_typed()
    {
        var secret = Sample.Fields.Single(f => f.IsSecret);
        Sample.ProblemOf(secret, "").ShouldNotBeNull();
        Sample.ProblemOf(secret, "", isKept: true).ShouldBeNull();
    }

    [Fact]
    public void Draft_should_keep_secrets_fill_defaults_and_take_out_what_was_emptied()
    {
        var catalog = new ChannelCatalog([new Connector(Sample)]);
        var draft = catalog.Draft(
            Sample.Type,
            " Shop ",
            new Dictionary<string, string>
            {
                ["id"] = " abc ",
                ["secret"] = "",
                ["place"] = "",
                ["origins"] = "https://a.test\r\nhttps://a.test\n",
            },
            kept: new Dictionary<string, string> { ["secret"] = "kept" }
        );

        draft.Error.ShouldBeNull();
        draft.Value.Name.ShouldBe("Shop");
        draft.Value.AccountId.ShouldBe("abc");
        draft.Value.Credentials["secret"].ShouldBe("kept");
        draft.Value.Settings.ShouldBe(
            new Dictionary<string, string>
            {
                ["id"] = "abc",
                ["colour"] = "#ff0000",
                ["origins"] = "https://a.test",
            },
            ignoreOrder: true
        );
    }

    [Fact]
    public void Draft_should_ask_the_channel_for_an_account_that_nobody_types()
    {
        var id = Guid.CreateVersion7();
        var catalog = new ChannelCatalog([
            new Connector(
                Sample with
                {
                    AccountField = "key",
                    AccountOf = (channel, values) => $"{values["id"]}-{channel:N}",
                }
            ),
        ]);
        var draft = catalog.Draft(
            Sample.Type,
            "Shop",
            new Dictionary<string, string> { ["id"] = "abc", ["secret"] = "x" },
            id
        );
        draft.Value.AccountId.ShouldBe($"abc-{id:N}");
        draft.Value.Id.ShouldBe(id);
    }

    private static IEnumerable<string> Keys(ChannelDefinition definition)
    {
        yield return "About";
        foreach (var field in definition.Fields)
        {
            yield return field.Name;
            if (field.Pattern is not null)
            {
                yield return $"{field.Name}.Pattern";
            }
            foreach (var option in field.Options)
            {
                yield return $"{field.Name}.{option}";
            }
            if (field.Group is { } group)
            {
                yield return $"Group.{group}";
            }
        }
        foreach (var address in definition.Addresses)
        {
            yield return $"Address.{address.Name}";
            yield return $"Address.{address.Name}.Where";
        }
    }

    private static ServiceProvider Services()
    {
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton(TimeProvider.System);
        collection.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        collection.AddSingleton<ChannelSecrets>();
        collection.AddFlameJobs(new ConfigurationBuilder().Build());
        return collection.BuildServiceProvider();
    }
}
