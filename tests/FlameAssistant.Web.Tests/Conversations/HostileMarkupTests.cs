using System.Text.Json.Nodes;
using AngleSharp.Dom;
using Bunit;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Testing;
using FlameAssistant.Web.Features.Conversations;

namespace FlameAssistant.Web.Tests.Conversations;

/// <summary>Hostile words wherever an inbox shows a customer's: words, and no element, handler or address of theirs.</summary>
public sealed class HostileMarkupTests : InboxContext
{
    private static readonly string[] never =
    [
        "script",
        "iframe",
        "object",
        "embed",
        "base",
        "meta",
        "link",
        "style",
        "math",
        "marquee",
        "video source",
        "svg script",
    ];

    public static TheoryData<int> Numbers() => [.. Enumerable.Range(0, HostileTexts.All.Count)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void An_inbox_should_show_them_as_words(int number)
    {
        // The parser of these tests takes this character for the end of the page.
        var text = HostileTexts.All[number].Replace("\uffff", "", StringComparison.Ordinal);
        Data.Rows.Add(Some.Row(7, name: text, preview: text));
        Data.Details = Data.Details with
        {
            Contact = Data.Details.Contact with { Name = text, Email = text, Phone = text },
            Channel = Data.Details.Channel with { Name = text },
            Tags = [new TagChip(Guid.CreateVersion7(), text, text)],
        };
        Data.Messages.AddRange(Messages(text));

        var page = Open(7);

        page.WaitForAssertion(() => AllById(page, "message").Count.ShouldBe(Data.Messages.Count));
        foreach (var name in never)
        {
            page.FindAll(name).ShouldBeEmpty(name);
        }
        foreach (var element in page.FindAll("*"))
        {
            foreach (var attribute in element.Attributes)
            {
                attribute.Name.ShouldNotStartWith("on", Case.Insensitive);
                attribute.Name.ShouldNotBe("srcdoc");
                if (attribute.Name is "href" or "src" or "action" or "formaction" or "xlink:href")
                {
                    ShouldBeOurs(attribute.Value);
                }
                if (attribute.Name == "style")
                {
                    attribute.Value.ShouldNotContain("url(", Case.Insensitive);
                }
            }
        }
        var said = Normalized(text);
        // Of a long one the rest is shown when it is asked for.
        Normalized(ById(page, "message").TextContent)
            .ShouldContain(said[..Math.Min(500, said.Length)]);
        var begins = said[..Math.Min(20, said.Length)];
        Normalized(ById(page, "conversation-row").TextContent).ShouldContain(begins);
    }

    private static IEnumerable<ThreadMessage> Messages(string text)
    {
        var written = Some.Inbound(1, text);
        yield return written;
        yield return Some.Inbound(2, text) with
        {
            SenderName = text,
            Quote = new ThreadQuote(written.Id, "contact", text, text),
        };
        yield return Some.Inbound(3, text) with
        {
            MessageType = "document",
            Files =
            [
                File("document", text, AttachmentStates.Stored),
                File("image", text, AttachmentStates.Stored),
                File("audio", text, AttachmentStates.Failed),
            ],
        };
        yield return Some.Inbound(4, text) with
        {
            MessageType = "location",
            Metadata = Poisoned(
                """{"location":{"latitude":1,"longitude":2,"name":"x","address":"x","url":"x"}}""",
                text
            ),
        };
        yield return Some.Inbound(5, text) with
        {
            MessageType = "contacts",
            Metadata = Poisoned(
                """{"contacts":[{"name":{"formatted_name":"x"},"org":{"company":"x","title":"x"},"phones":[{"phone":"1"}],"emails":[{"email":"x"}]}]}""",
                text,
                "phone",
                "email"
            ),
        };
        yield return Some.Inbound(6, text) with
        {
            MessageType = "referral",
        };
        yield return Some.Inbound(7, "") with
        {
            MessageType = text,
        };
        yield return Some.Outbound(8, text, MessageStatuses.Failed) with
        {
            SenderName = text,
            ErrorCode = text,
            ErrorMessage = text,
            Reactions = [new ThreadReaction(text, "contact", Guid.NewGuid())],
        };
    }

    private static ThreadFile File(string kind, string name, string state) =>
        new(Guid.CreateVersion7(), kind, name, name, 1, 1, 1, HasThumbnail: true, state, name);

    private static string Poisoned(string json, string text, params string[] also)
    {
        var node = JsonNode.Parse(json)!;
        HostileTexts.Poison(node, text);
        foreach (var name in also)
        {
            foreach (var card in node["contacts"]!.AsArray())
            {
                card![name + "s"]![0]![name] = text;
            }
        }
        return node.ToJsonString();
    }

    /// <summary>Of this site, a map, a call or a letter, or an address that a person can see: nothing that runs.</summary>
    private static void ShouldBeOurs(string address)
    {
        var isOurs =
            address.StartsWith('/')
            || address.StartsWith('#')
            || new[] { "https://", "http://", "tel:", "mailto:" }.Any(start =>
                address.StartsWith(start, StringComparison.OrdinalIgnoreCase)
            )
            || !address.Contains(':', StringComparison.Ordinal);
        isOurs.ShouldBeTrue(address[..Math.Min(address.Length, 100)]);
        address.StartsWith("//", StringComparison.Ordinal).ShouldBeFalse(address);
    }

    private static string Normalized(string text) =>
        string.Concat(
            text.Where(c => !char.IsWhiteSpace(c) && !char.IsControl(c) && c != '\ufffd')
        );
}
