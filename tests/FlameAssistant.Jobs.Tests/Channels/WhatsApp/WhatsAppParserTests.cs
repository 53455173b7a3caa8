using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Jobs.Channels.WhatsApp;
using FlameAssistant.Testing;

namespace FlameAssistant.Jobs.Tests.Channels.WhatsApp;

public sealed class WhatsAppParserTests
{
    private static readonly string[] lists = ["messages", "message_echoes", "statuses", "errors"];

    public static TheoryData<string> Inbound() => [.. Fixtures.WhatsAppInbound()];

    [Fact]
    public void Fixtures_should_all_be_there() => Inbound().Count.ShouldBe(53);

    [Theory]
    [InlineData("in_text", "text", "Olá! Vocês entregam hoje? 😀")]
    [InlineData("in_text_bsuid_only", "text", "Oi, uso username")]
    [InlineData("in_text_v23_no_bsuid", "text")]
    [InlineData("in_reply", "text")]
    [InlineData("in_forwarded", "text")]
    [InlineData("in_frequently_forwarded", "text")]
    [InlineData("in_product_inquiry", "text")]
    [InlineData("in_referral_ctwa", "text")]
    [InlineData("in_image", "image")]
    [InlineData("in_image_no_url", "image")]
    [InlineData("in_audio_voice", "audio")]
    [InlineData("in_audio_file", "audio")]
    [InlineData("in_video", "video")]
    [InlineData("in_document", "document")]
    [InlineData("in_sticker", "sticker")]
    [InlineData("in_location", "location")]
    [InlineData("in_contacts", "contacts")]
    [InlineData("in_contacts_request_contact_info", "contacts")]
    [InlineData("in_interactive_button_reply", "text")]
    [InlineData("in_interactive_list_reply", "text")]
    [InlineData("in_interactive_flow_nfm_reply", "text", "Sent\nnota: 5")]
    [InlineData("in_button_template_quick_reply", "text")]
    [InlineData("in_button_without_context", "text")]
    [InlineData("in_order", "order", "2 × sku-1 · 30 BRL\n1 × sku-2 · 25.5 BRL\n= 85.5 BRL")]
    [InlineData("in_request_welcome", "unknown")]
    [InlineData("in_unsupported", "unknown")]
    [InlineData("in_unsupported_131060", "unknown")]
    [InlineData("in_unknown_future_type", "unknown")]
    [InlineData("wire_escaped_unicode", "text", "ação / <b>")]
    [InlineData("echo_smb_message_echoes", "text", "Respondi pelo celular")]
    public void Parse_should_read_a_message(string name, string type, string? text = null)
    {
        var message = Single<InboundItem.Message>(name);

        message.AccountId.ShouldBe(Fixtures.PhoneNumberId);
        message.Value.Type.ShouldBe(type);
        message.Value.ExternalId.ShouldStartWith("wamid.");
        message.Value.Identities.ShouldNotBeEmpty();
        message.Value.IsEcho.ShouldBe(name.StartsWith("echo_", StringComparison.Ordinal));
        JsonNode.Parse(message.Value.Metadata).ShouldBeOfType<JsonObject>();
        if (text is not null)
        {
            message.Value.Text.ShouldBe(text);
        }
    }

    [Theory]
    [InlineData(
        """{"body":"Sent","response_json":"{\"a\":[1,\"b\",null],\"a\":true}"}""",
        "Sent\na: 1, b, \na: true"
    )]
    [InlineData("""{"body":"Sent","response_json":"[1]"}""", "Sent")]
    [InlineData("""{"body":"Sent","response_json":"{"}""", "Sent")]
    [InlineData("""{"body":"Sent","response_json":"{\"a\":\"\\ud800\"}"}""", "Sent")]
    [InlineData("""{"response_json":7}""", "")]
    public void Content_of_a_form_should_be_what_was_filled_in(string form, string text) =>
        WhatsAppContent
            .Read(
                "interactive",
                JsonNode.Parse($$$"""{"interactive":{"nfm_reply":{{{form}}}}}""")!
            )!
            .Text.ShouldBe(text);

    [Theory]
    [InlineData(
        """{"text":"Please","product_items":[{"product_retailer_id":"a"},1]}""",
        "Please\n1 × a"
    )]
    [InlineData(
        """{"product_items":[{"quantity":1e400,"item_price":1e30,"currency":"EUR"}]}""",
        "1 × ?"
    )]
    [InlineData("""{"product_items":{}}""", "")]
    public void Content_of_an_order_should_be_what_is_known(string order, string text) =>
        WhatsAppContent
            .Read("order", JsonNode.Parse($$$"""{"order":{{{order}}}}""")!)!
            .Text.ShouldBe(text);

    [Fact]
    public void Content_of_a_long_order_should_end()
    {
        var items = string.Join(
            ',',
            Enumerable.Repeat("""{"product_retailer_id":"a","item_price":1,"currency":"EUR"}""", 99)
        );

        var lines = WhatsAppContent
            .Read("order", JsonNode.Parse($$$"""{"order":{"product_items":[{{{items}}}]}}""")!)!
            .Text.Split('\n');

        lines.Length.ShouldBe(32);
        lines[^2..].ShouldBe(["…", "= 99 EUR"]);
    }

    [Theory]
    [InlineData("in_interactive_button_reply")]
    [InlineData("in_interactive_list_reply")]
    [InlineData("in_interactive_flow_nfm_reply")]
    [InlineData("in_button_template_quick_reply")]
    [InlineData("in_button_without_context")]
    [InlineData("in_reply")]
    public void Parse_should_find_what_a_person_would_read(string name) =>
        Single<InboundItem.Message>(name).Value.Text.ShouldNotBeNullOrWhiteSpace();

    [Theory]
    [InlineData("""{"field":"flows","value":{"event":"FLOW_STATUS_CHANGE"}}""", false)]
    [InlineData("""{"field":"account_update","value":{"event":"SOMETHING_NEW"}}""", false)]
    [InlineData(
        """{"field":"message_template_status_update","value":{"event":"APPROVED"}}""",
        false
    )]
    [InlineData(
        """{"field":"messages","value":{"metadata":{"phone_number_id":"200300400500600"},"calls":[{"id":"1"}]}}""",
        true
    )]
    public void Parse_should_keep_what_is_not_handled_yet(string change, bool hasAccount)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["object"] = "whatsapp_business_account",
                ["entry"] = new JsonArray(
                    new JsonObject
                    {
                        ["id"] = "100200300400500",
                        ["changes"] = new JsonArray(JsonNode.Parse(change)),
                    }
                ),
            }
        );

        var kept = WhatsAppParser
            .Parse(body)
            .ShouldHaveSingleItem()
            .ShouldBeOfType<InboundItem.Unhandled>();

        kept.AccountId.ShouldBe(hasAccount ? Fixtures.PhoneNumberId : null);
        kept.Reason.ShouldNotBeNullOrWhiteSpace();
        var again = WhatsAppParser.Parse(kept.Body).ShouldHaveSingleItem();
        again.ShouldBeOfType<InboundItem.Unhandled>().Body.ShouldBe(kept.Body);
    }

    [Theory]
    [InlineData("in_system_user_changed_number", IdentityKinds.WaId, "5511955554444")]
    [InlineData("in_system_user_changed_user_id", IdentityKinds.Bsuid, "BR.NEW0000001")]
    public void Parse_should_read_that_a_customer_has_another_name(
        string name,
        string kind,
        string value
    )
    {
        var moved = Single<InboundItem.Moved>(name);

        moved.AccountId.ShouldBe(Fixtures.PhoneNumberId);
        moved.Value.To.ShouldBe(new InboundIdentity(kind, value));
        moved.Value.Known.ShouldBe([
            new InboundIdentity(IdentityKinds.Bsuid, "BR.5511223344556677889"),
            new InboundIdentity(IdentityKinds.WaId, "5511988887777"),
        ]);
        // After what the customer wrote before, and before what they write then.
        moved.OrderKey.ShouldBe("BR.5511223344556677889");
    }

    [Fact]
    public void Parse_should_read_that_a_customer_wants_no_advertising()
    {
        var mark = Single<InboundItem.Mark>("user_preferences_stop").Value;

        (mark.Identity, mark.Mark, mark.At.Year).ShouldBe(
            (
                new InboundIdentity(IdentityKinds.WaId, "5511988887777"),
                ContactMarks.MarketingOff,
                2026
            )
        );
    }

    [Fact]
    public void Parse_should_read_what_is_wrong_with_a_number()
    {
        var news = Single<InboundItem.News>("errors_value_level");

        (news.AccountId, news.GroupId).ShouldBe((Fixtures.PhoneNumberId, null));
        var trouble = news.Value.ShouldBeOfType<AccountNews.Trouble>();
        (trouble.Code, trouble.NeedsAuth, trouble.StopsFor > TimeSpan.Zero).ShouldBe(
            ("130429", false, true)
        );
        trouble.Reason.ShouldContain("too many messages");
    }

    [Theory]
    [InlineData("template_status_approved", "order_confirmation", "approved", null, "UTILITY")]
    [InlineData(
        "template_status_rejected",
        "abandoned_cart",
        "rejected",
        "INVALID_FORMAT",
        "MARKETING"
    )]
    public void Parse_should_read_what_was_decided_of_a_template(
        string name,
        string template,
        string status,
        string? reason,
        string category
    )
    {
        var news = Single<InboundItem.News>(name);

        (news.AccountId, news.GroupId).ShouldBe((null, "100200300400500"));
        news.Value.ShouldBe(
            new AccountNews.TemplateState(template, "pt_BR", status, reason, category)
        );
    }

    [Fact]
    public void Parse_should_read_what_an_account_may_not_do()
    {
        var news = Single<InboundItem.News>("account_restriction");

        news.GroupId.ShouldBe("100200300400500");
        var restricted = news.Value.ShouldBeOfType<AccountNews.Restricted>();
        restricted.Kinds.ShouldBe([ChannelRestrictions.NoBeginning]);
        restricted.EndsAt.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1795970400));
    }

    [Theory]
    [InlineData("message_template_quality_update", """{"new_quality_score":"RED"}""")]
    [InlineData("template_category_update", """{"new_category":"MARKETING"}""")]
    [InlineData("message_template_status_update", """{"event":"FLAGGED"}""")]
    [InlineData(
        "message_template_status_update",
        """{"event":"PAUSED","other_info":{"title":"FIRST_PAUSE","description":"Low quality"}}"""
    )]
    public void Parse_should_read_what_else_is_told_of_templates(string field, string more)
    {
        var value = JsonNode.Parse(more)!.AsObject();
        value["message_template_id"] = 1689556908129832;
        value["message_template_name"] = "hola";
        value["message_template_language"] = "es";
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["object"] = "whatsapp_business_account",
                ["entry"] = new JsonArray(
                    new JsonObject
                    {
                        ["id"] = "100200300400500",
                        ["time"] = 1795370400,
                        ["changes"] = new JsonArray(
                            new JsonObject { ["value"] = value, ["field"] = field }
                        ),
                    }
                ),
            }
        );

        var news = WhatsAppParser
            .Parse(body)
            .ShouldHaveSingleItem()
            .ShouldBeOfType<InboundItem.News>();

        news.At.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1795370400));
        AccountNews expected = field switch
        {
            "message_template_quality_update" => new AccountNews.TemplateQuality(
                "hola",
                "es",
                "RED"
            ),
            "template_category_update" => new AccountNews.TemplateCategory(
                "hola",
                "es",
                "MARKETING"
            ),
            _ when more.Contains("FLAGGED") => new AccountNews.TemplatesChanged(),
            _ => new AccountNews.TemplateState("hola", "es", "paused", "Low quality", null),
        };
        news.Value.ShouldBe(expected);
    }

    [Fact]
    public void Parse_should_leave_what_becomes_of_a_reaction()
    {
        var body = Encoding
            .UTF8.GetString(Fixtures.WhatsAppStatus("1", "wamid.R", "sent", Guid.NewGuid()))
            .Replace("msg:", "rea:", StringComparison.Ordinal);

        WhatsAppParser
            .Parse(Encoding.UTF8.GetBytes(body))
            .ShouldHaveSingleItem()
            .ShouldBeOfType<InboundItem.Ignored>();
    }

    [Theory]
    [InlineData("in_reaction", MessageEventKinds.Reaction, "wamid.TARGET", "👍")]
    [InlineData("in_reaction_removed", MessageEventKinds.Reaction, "wamid.TARGET", "")]
    [InlineData("in_reaction_removed_empty", MessageEventKinds.Reaction, "wamid.TARGET", "")]
    [InlineData("in_edit", MessageEventKinds.Edit, "wamid.ORIG", "texto corrigido")]
    [InlineData("in_revoke", MessageEventKinds.Delete, "wamid.ORIG", "")]
    public void Parse_should_read_what_was_done_with_a_message(
        string name,
        string kind,
        string target,
        string text
    )
    {
        var happened = Single<InboundItem.Event>(name).Value;
        (happened.Kind, happened.TargetExternalId, happened.Text, happened.IsEcho).ShouldBe(
            (kind, target, text, false)
        );
        happened.Identities.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("status_sent", MessageStatuses.Sent)]
    [InlineData("status_sent_free_entry_point", MessageStatuses.Sent)]
    [InlineData("status_sent_legacy_cbp", MessageStatuses.Sent)]
    [InlineData("status_delivered", MessageStatuses.Delivered)]
    [InlineData("status_read", MessageStatuses.Read)]
    [InlineData("status_played", MessageStatuses.Read)]
    [InlineData("status_failed_131026", MessageStatuses.Failed, "131026")]
    [InlineData("status_failed_131047", MessageStatuses.Failed, "131047")]
    [InlineData("status_failed_131049", MessageStatuses.Failed, "131049")]
    [InlineData("status_failed_131053", MessageStatuses.Failed, "131053")]
    public void Parse_should_read_a_status(string name, string status, string? code = null)
    {
        var read = Single<InboundItem.Status>(name);

        read.AccountId.ShouldBe(Fixtures.PhoneNumberId);
        read.Value.ExternalId.ShouldBe("wamid.OUT1");
        read.Value.Status.ShouldBe(status);
        read.Value.ErrorCode.ShouldBe(code);
        (read.Value.ErrorMessage is null).ShouldBe(code is null);
        read.Value.ProviderAt.Year.ShouldBe(2026);
    }

    [Fact]
    public void Parse_should_find_our_own_id_in_a_status()
    {
        var id = Guid.CreateVersion7();

        var status = WhatsAppParser
            .Parse(Fixtures.WhatsAppStatus("1", "wamid.1", "delivered", id))
            .ShouldHaveSingleItem()
            .ShouldBeOfType<InboundItem.Status>();

        status.Value.MessageId.ShouldBe(id);
    }

    [Fact]
    public void Parse_should_read_a_batch_of_two_tenants_whole()
    {
        var items = WhatsAppParser.Parse(
            Fixtures.Bytes("whatsapp-cloud/batch_multi_entry_multi_tenant.json")
        );

        items
            .Select(i =>
                i switch
                {
                    InboundItem.Message m => $"{m.AccountId} {m.Value.Text}",
                    InboundItem.Status s => $"{s.AccountId} {s.Value.Status}",
                    _ => "?",
                }
            )
            .ShouldBe([
                $"{Fixtures.PhoneNumberId} um",
                $"{Fixtures.PhoneNumberId} dois",
                $"{Fixtures.PhoneNumberId} delivered",
                $"{Fixtures.OtherPhoneNumberId} outro tenant",
            ]);
        items
            .OfType<InboundItem.Message>()
            .Select(m => m.Value.ProfileName)
            .ShouldBe(["Ana Souza", "Beto", "Ana Souza"]);
    }

    [Fact]
    public void Parse_should_take_a_customer_without_a_phone_number()
    {
        var message = Single<InboundItem.Message>("in_text_bsuid_only");

        message.Value.Identities.ShouldContain(
            new InboundIdentity(IdentityKinds.Bsuid, "BR.99887766554433")
        );
        message.Value.Identities.ShouldNotContain(i => i.Kind == IdentityKinds.WaId);
    }

    [Fact]
    public void Parse_should_take_a_customer_without_a_user_id() =>
        Single<InboundItem.Message>("in_text_v23_no_bsuid")
            .Value.Identities.ShouldHaveSingleItem()
            .ShouldBe(new InboundIdentity(IdentityKinds.WaId, "5511988887777"));

    [Fact]
    public void Parse_should_quote_what_was_answered() =>
        Single<InboundItem.Message>("in_reply").Value.QuotedExternalId.ShouldNotBeNull();

    [Theory]
    [InlineData(@"a\u0000b", "a\uFFFDb")]
    [InlineData(@"a\ud800b", "a\uFFFDb")]
    [InlineData(@"\uDC00\uD83D", "\uFFFD\uFFFD")]
    [InlineData(@"\ud83d\uDE00", "😀")]
    [InlineData(@"\\ud800", @"\ud800")]
    [InlineData(@"\ud83d\ud83d\ude00", "\uFFFD😀")]
    public void Parse_should_replace_only_what_cannot_be_stored(string escaped, string expected)
    {
        var body = Encoding
            .UTF8.GetString(Fixtures.WhatsAppText("1", "wamid.1", text: "HERE"))
            .Replace("HERE", escaped, StringComparison.Ordinal);

        var message = WhatsAppParser
            .Parse(Encoding.UTF8.GetBytes(body))
            .ShouldHaveSingleItem()
            .ShouldBeOfType<InboundItem.Message>();

        message.Value.Text.ShouldBe(expected);
        message.Value.Metadata.ShouldNotContain(@"\u0000");
    }

    [Fact]
    public void Parse_should_replace_bytes_that_are_no_utf8()
    {
        var body = Fixtures.WhatsAppText("1", "wamid.1", text: "a!b");
        body[body.AsSpan().IndexOf("!b"u8)] = 0xFF;

        WhatsAppParser
            .Parse(body)
            .ShouldHaveSingleItem()
            .ShouldBeOfType<InboundItem.Message>()
            .Value.Text.ShouldBe("a\uFFFDb");
    }

    [Theory]
    [InlineData("id", "wamid.\u0000")]
    [InlineData("id", "long")]
    [InlineData("timestamp", "tomorrow")]
    [InlineData("timestamp", "-1")]
    [InlineData("timestamp", "99999999999999999")]
    public void Parse_should_keep_a_message_that_cannot_be_stored(string field, string value)
    {
        var body = JsonNode.Parse(Fixtures.WhatsAppText("1", "wamid.1"))!;
        Value(body)["messages"]![0]![field] = value == "long" ? new string('x', 256) : value;

        WhatsAppParser
            .Parse(JsonSerializer.SerializeToUtf8Bytes(body))
            .ShouldHaveSingleItem()
            .ShouldBeOfType<InboundItem.Unhandled>();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"text\"")]
    [InlineData("""{"entry":null}""")]
    [InlineData("""{"entry":{}}""")]
    [InlineData("""{"entry":[1,null,"x",[]]}""")]
    [InlineData("""{"entry":[{"changes":7}]}""")]
    [InlineData("""{"entry":[{"changes":[1,null,{"value":[]}]}]}""")]
    [InlineData("""{"entry":[{"changes":[{"value":{"metadata":"x","messages":[{}]}}]}]}""")]
    [InlineData("""{"a":1,"a":2,"entry":[]}""")]
    [InlineData("<html>")]
    public void Parse_should_keep_garbage(string body)
    {
        var items = WhatsAppParser.Parse(Encoding.UTF8.GetBytes(body));

        items.ShouldNotBeEmpty();
        items.ShouldAllBe(i => i is InboundItem.Unhandled);
    }

    [Fact]
    public void Parse_should_keep_what_is_nested_too_deep()
    {
        var body = Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Repeat("{\"a\":[", 100_000)) + "1"
        );

        var kept = WhatsAppParser
            .Parse(body)
            .ShouldHaveSingleItem()
            .ShouldBeOfType<InboundItem.Unhandled>();

        kept.Body.ShouldBe(body);
    }

    [Fact]
    public void Parse_should_not_let_one_broken_item_touch_the_others()
    {
        var body = Fixtures.WhatsAppBody(
            "1",
            "messages",
            JsonValue.Create("broken"),
            JsonNode.Parse(
                """{"from":"5511988887777","id":"wamid.2","timestamp":"1795370400","type":"text","text":{"body":"whole"}}"""
            )!,
            new JsonObject { ["id"] = "wamid.3" }
        );

        var items = WhatsAppParser.Parse(body);

        items.Count.ShouldBe(3);
        items[1].ShouldBeOfType<InboundItem.Message>().Value.Text.ShouldBe("whole");
        items[0].ShouldBeOfType<InboundItem.Unhandled>();
        items[2].ShouldBeOfType<InboundItem.Unhandled>();
    }

    [Fact]
    public void Parse_should_not_let_one_broken_change_touch_the_others()
    {
        var body = JsonNode.Parse(
            Fixtures.Bytes("whatsapp-cloud/batch_multi_entry_multi_tenant.json")
        )!;
        body["entry"]![0]!["changes"]![0]!["value"]!["metadata"] = "broken";

        var items = WhatsAppParser.Parse(JsonSerializer.SerializeToUtf8Bytes(body));

        items.OfType<InboundItem.Status>().ShouldHaveSingleItem();
        items.OfType<InboundItem.Message>().ShouldHaveSingleItem();
        items.OfType<InboundItem.Unhandled>().ShouldHaveSingleItem();
    }

    [Theory]
    [MemberData(nameof(Inbound))]
    public void Parse_should_never_throw_nor_lose_an_item(string name)
    {
        var original = Fixtures.Text(name);
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[0, Junk.Length - 1])
            .Array[1, 4]
            .Sample(
                changes =>
                {
                    var body = JsonNode.Parse(original)!;
                    foreach (var (place, junk) in changes)
                    {
                        Replace(body, place, Junk[junk]);
                    }
                    var bytes = JsonSerializer.SerializeToUtf8Bytes(body);

                    var items = WhatsAppParser.Parse(bytes);

                    items.Count.ShouldBeGreaterThanOrEqualTo(Math.Max(1, CountItems(body)));
                    foreach (var kept in items.OfType<InboundItem.Unhandled>())
                    {
                        JsonNode.Parse(kept.Body);
                    }
                },
                iter: 200
            );
    }

    [Fact]
    public void Parse_should_never_throw_for_changed_bytes()
    {
        var original = Fixtures.Bytes("whatsapp-cloud/batch_multi_entry_multi_tenant.json");
        Gen.Select(Gen.Int[0, original.Length - 1], Gen.Byte)
            .Array[1, 12]
            .Sample(
                changes =>
                {
                    var bytes = original.ToArray();
                    foreach (var (place, value) in changes)
                    {
                        bytes[place] = value;
                    }
                    WhatsAppParser.Parse(bytes).ShouldNotBeEmpty();
                },
                iter: 3000
            );
    }

    private static readonly string[] Junk =
    [
        "null",
        "0",
        "-1.5e300",
        "true",
        "\"\"",
        "\"x\\u0000\"",
        "[]",
        "{}",
        "[null]",
        "[[1]]",
        """{"id":1,"body":[]}""",
        "\"" + new string('y', 300) + "\"",
    ];

    /// <summary>Puts junk in the place of the n-th value of a tree.</summary>
    private static void Replace(JsonNode root, int n, string junk)
    {
        var places = new List<Action<JsonNode?>>();
        Walk(root);
        if (places.Count > 0)
        {
            places[n % places.Count](JsonNode.Parse(junk));
        }

        void Walk(JsonNode? node)
        {
            if (node is JsonObject o)
            {
                foreach (var (key, child) in o.ToList())
                {
                    places.Add(value => o[key] = value);
                    Walk(child);
                }
            }
            else if (node is JsonArray a)
            {
                for (var i = 0; i < a.Count; i++)
                {
                    var at = i;
                    places.Add(value => a[at] = value);
                    Walk(a[i]);
                }
            }
        }
    }

    /// <summary>What must come out at the least: one per entry without changes, per change, and per item of a readable change.</summary>
    private static int CountItems(JsonNode body) =>
        (body["entry"] as JsonArray ?? []).Sum(entry =>
            (entry as JsonObject)?["changes"] is JsonArray { Count: > 0 } changes
                ? changes.Sum(change =>
                    (change as JsonObject)?["value"] is JsonObject value
                    && value["metadata"] is JsonObject metadata
                    && metadata["phone_number_id"]?.GetValueKind()
                        is JsonValueKind.String
                            or JsonValueKind.Number
                    && metadata["phone_number_id"]!.ToString() is { Length: > 0 and <= 255 } account
                    && !account.Contains('\0', StringComparison.Ordinal)
                        ? Math.Max(1, lists.Sum(list => (value[list] as JsonArray)?.Count ?? 0))
                        : 1
                )
                : 1
        );

    private static JsonNode Value(JsonNode body) => body["entry"]![0]!["changes"]![0]!["value"]!;

    private static T Single<T>(string name)
        where T : InboundItem =>
        WhatsAppParser
            .Parse(Fixtures.Bytes($"whatsapp-cloud/{name}.json"))
            .ShouldHaveSingleItem()
            .ShouldBeOfType<T>();
}
