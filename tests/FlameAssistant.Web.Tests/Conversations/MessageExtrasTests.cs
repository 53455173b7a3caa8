using FlameAssistant.Web.Features.Conversations;

namespace FlameAssistant.Web.Tests.Conversations;

/// <summary>Places and people out of what providers tell; anything odd is not there.</summary>
public sealed class MessageExtrasTests
{
    [Fact]
    public void A_place_should_have_its_words_and_a_map_of_its_numbers_alone()
    {
        var place = Place(
            """{"latitude":-23.5614,"longitude":-46.6559,"name":"MASP","address":"Av. Paulista, 1578","url":"javascript:alert(1)"}"""
        )!;

        (place.Name, place.Address).ShouldBe(("MASP", "Av. Paulista, 1578"));
        place.Href.ShouldBe(
            "https://www.openstreetmap.org/?mlat=-23.5614&mlon=-46.6559#map=16/-23.5614/-46.6559"
        );
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"latitude":"40","longitude":"3"}""")]
    [InlineData("""{"latitude":91,"longitude":3}""")]
    [InlineData("""{"latitude":1e400,"longitude":3}""")]
    [InlineData("""[1,2]""")]
    [InlineData("null")]
    public void What_is_no_place_should_not_be_one(string location) =>
        Place(location).ShouldBeNull();

    [Fact]
    public void A_card_should_have_all_that_can_be_used()
    {
        var card = Cards(
                """[{"name":{"formatted_name":"Lucía Gómez"},"org":{"company":"Acme","title":"CTO"},"phones":[{"phone":"+55 11"},{"wa_id":"1"}],"emails":[{"email":"lu@example.com"}]}]"""
            )
            .Single();

        (card.Name, card.Organisation).ShouldBe(("Lucía Gómez", "CTO · Acme"));
        card.Phones.ShouldBe(["+55 11"]);
        card.Emails.ShouldBe(["lu@example.com"]);
    }

    [Fact]
    public void A_card_without_a_name_should_be_called_by_its_number()
    {
        Cards("""[{"phones":[{"phone":"+5511"}]}]""").Single().Name.ShouldBe("+5511");
        Cards("""[{}, 1, null, "x", {"name":"x"}, {"phones":{}}]""").ShouldBeEmpty();
        Cards("""{"name":1}""").ShouldBeEmpty();
    }

    [Fact]
    public void Many_and_long_ones_should_be_cut()
    {
        var one = $$$"""{"name":{"formatted_name":"{{{new string('x', 10_000)}}}"}}""";
        var cards = Cards($"[{string.Join(',', Enumerable.Repeat(one, 50))}]");

        cards.Count.ShouldBe(10);
        cards[0].Name.Length.ShouldBe(201);
    }

    [Fact]
    public void Other_messages_should_have_neither() =>
        MessageExtras
            .PlaceOf(
                Some.Inbound(1, "x") with
                {
                    Metadata = """{"location":{"latitude":1,"longitude":1}}""",
                }
            )
            .ShouldBeNull();

    [Theory]
    [InlineData("""{"author":{"name":"Ana","phone":"+5511988887777"}}""", "Ana · +5511988887777")]
    [InlineData("""{"author":{"name":null,"phone":"+5511988887777"}}""", "+5511988887777")]
    [InlineData("""{"author":{"name":" ","phone":null}}""", null)]
    [InlineData("""{"author":"Ana"}""", null)]
    [InlineData("""{"quoted":{"author":{"name":"Ana"}}}""", null)]
    [InlineData("""["author"]""", null)]
    public void Who_of_a_group_wrote_should_be_told_as_far_as_it_is_known(
        string metadata,
        string? who
    ) => MessageExtras.AuthorOf(Some.Inbound(1, "Hi") with { Metadata = metadata }).ShouldBe(who);

    [Theory]
    [InlineData("+55 11 97777-6666", "tel:+5511977776666")]
    [InlineData("600 100 200", "tel:600100200")]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("12", null)]
    public void A_call_should_be_to_a_number(string phone, string? href) =>
        MessageExtras.CallHref(phone).ShouldBe(href);

    [Theory]
    [InlineData("lu@example.com", "mailto:lu@example.com")]
    [InlineData("a@b.test?bcc=all@b.test", null)]
    [InlineData("a@b@c", null)]
    [InlineData("@b", null)]
    [InlineData("a@", null)]
    [InlineData("javascript:alert(1)", null)]
    public void A_letter_should_be_to_one_mailbox(string email, string? href) =>
        MessageExtras.MailHref(email).ShouldBe(href);

    private static SharedPlace? Place(string location) =>
        MessageExtras.PlaceOf(
            Some.Inbound(1, "") with
            {
                MessageType = "location",
                Metadata = $$"""{"location":{{location}}}""",
            }
        );

    private static IReadOnlyList<SharedContact> Cards(string contacts) =>
        MessageExtras.ContactsOf(
            Some.Inbound(1, "") with
            {
                MessageType = "contacts",
                Metadata = $$"""{"contacts":{{contacts}}}""",
            }
        );
}
