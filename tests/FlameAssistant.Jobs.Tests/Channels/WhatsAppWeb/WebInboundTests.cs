using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Channels;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Jobs.Tests.Channels.WhatsAppWeb;

/// <summary>What the events of gateways do: to people, messages, conversations, and the channel itself.</summary>
public sealed class WebInboundTests(JobsDatabase database)
    : IClassFixture<JobsDatabase>,
        IAsyncLifetime
{
    private const string Session = "t_0199a1b2_main";
    private TenantRef tenant = null!;
    private Guid channel;
    private RunningWorker worker = null!;
    private DateTimeOffset told;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.NewTenantAsync();
        channel = await NewChannelAsync();
        worker = await database.StartAsync<InboundWorker>();
        told = database.Clock.GetUtcNow() - TimeSpan.FromHours(2);
    }

    public ValueTask DisposeAsync() => worker.DisposeAsync();

    // ---------------------------------------------------------------- people

    [Theory]
    [InlineData("waha", "event_message_text", "event_message_lid")]
    [InlineData("waha", "event_message_lid", "event_message_text")]
    [InlineData("evolution", "event_messages_upsert_text", "event_messages_upsert_lid")]
    [InlineData("evolution", "event_messages_upsert_lid", "event_messages_upsert_text")]
    public async Task One_person_should_be_one_contact_by_number_and_by_what_hides_it(
        string gateway,
        string first,
        string second
    )
    {
        await TakeAsync(gateway, first);
        await TakeAsync(gateway, second);

        (await CountAsync("contacts WHERE merged_into IS NULL")).ShouldBe(1);
        (await CountAsync("conversations")).ShouldBe(1);
        (
            await database.AskAsync<string[]>(
                "SELECT array_agg(kind || ' ' || value ORDER BY kind) FROM contact_identities",
                tenant
            )
        ).ShouldBe(["lid 123456789012345", "wa_id 5511988887777"]);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task Groups_should_come_in_only_where_they_are_wanted(bool wanted, int messages)
    {
        channel = await NewChannelAsync(("groups", wanted ? "true" : "false"));
        await TakeAsync("waha", "event_message_group");

        (await CountAsync("messages")).ShouldBe(messages);
        (await CountAsync("contacts WHERE is_group")).ShouldBe(messages);
        (await QuarantinedAsync()).ShouldBe(0);
    }

    // ---------------------------------------------------------------- echoes

    [Theory]
    [InlineData("waha", "event_message_any_from_api", "enviada pela API")]
    [InlineData("evolution", "event_send_message", "pela API")]
    public async Task Echo_of_our_own_should_settle_what_was_lost_and_double_nothing(
        string gateway,
        string echo,
        string text
    )
    {
        var message = await SendAsync(gateway, text);
        await FinishAsync(message, new DeliveryOutcome.Lost());
        (await StatusAsync(message)).ShouldBe(MessageStatuses.Unknown);

        await TakeAsync(gateway, echo);
        await TakeAsync(gateway, echo);

        (await StatusAsync(message)).ShouldBe(MessageStatuses.Sent);
        (await CountAsync("messages WHERE is_from_me")).ShouldBe(1);
    }

    [Theory]
    [InlineData("waha", "event_message_any_from_api", "true_5511988887777@c.us_3EB0BBBB")]
    [InlineData("evolution", "event_send_message", "5511988887777@s.whatsapp.net:3EB0BBBB")]
    public async Task Echo_that_says_something_else_should_be_gone_when_the_answer_names_it(
        string gateway,
        string echo,
        string id
    )
    {
        var message = await SendAsync(gateway, "what the gateway writes otherwise");
        await TakeAsync(gateway, echo);
        (await CountAsync("messages WHERE is_from_me")).ShouldBe(2);

        await FinishAsync(message, new DeliveryOutcome.Accepted(id));

        (await CountAsync("messages WHERE is_from_me")).ShouldBe(1);
    }

    [Theory]
    [InlineData("waha", "event_message_any_from_phone", "enviada pelo celular")]
    [InlineData("evolution", "event_messages_upsert_from_me", "pelo celular")]
    public async Task What_is_typed_on_the_phone_should_be_an_answer_of_a_person(
        string gateway,
        string echo,
        string text
    )
    {
        var message = await SendAsync(gateway, text);
        await FinishAsync(message, new DeliveryOutcome.Lost());
        await database.ExecuteAsync("UPDATE conversations SET status = 'pending'", tenant);

        await TakeAsync(gateway, echo);

        // The same words, and not ours: the lost one stays lost, and the assistant is out.
        (await StatusAsync(message)).ShouldBe(MessageStatuses.Unknown);
        (await CountAsync("messages WHERE is_from_me AND status = 'sent'")).ShouldBe(1);
        (await database.AskAsync<string>("SELECT status FROM conversations", tenant)).ShouldBe(
            ConversationStatuses.Open
        );
    }

    [Fact]
    public async Task Acks_should_move_a_message_on()
    {
        var message = await SendAsync("waha", "enviada pela API");
        await FinishAsync(
            message,
            new DeliveryOutcome.Accepted("true_5511988887777@c.us_3EB0BBBB")
        );
        foreach (
            var (file, status) in new[]
            {
                ("server", MessageStatuses.Sent),
                ("device", MessageStatuses.Delivered),
                ("read", MessageStatuses.Read),
                ("played", MessageStatuses.Read),
            }
        )
        {
            await TakeAsync("waha", $"event_message_ack_{file}");
            (await StatusAsync(message)).ShouldBe(status);
        }
    }

    // ---------------------------------------------------------------- files

    [Fact]
    public async Task File_that_comes_along_should_be_kept_at_once()
    {
        var pdf = Convert.ToBase64String("%PDF-1.4\nthe file\n%%EOF"u8);
        await TakeAsync(
            "evolution",
            "event_messages_upsert_document",
            body => body["data"]!["message"]!["base64"] = pdf
        );

        (
            await database.AskAsync<string>(
                "SELECT state || ' ' || coalesce(content_type, '') || ' ' || coalesce(file_name, '') FROM message_attachments",
                tenant
            )
        ).ShouldBe("stored application/pdf a.pdf");
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM shared.outbox WHERE tenant_id = '{tenant.Id}' AND kind = '{OutboxKinds.FetchMedia}'"
            )
        ).ShouldBe(0);
    }

    // ---------------------------------------------------------------- sessions

    [Theory]
    [InlineData("waha", "event_session_status_scan_qr_code", "active qr_required")]
    [InlineData("waha", "event_session_status_stopped", "active disconnected")]
    [InlineData("waha", "event_session_status_failed", "error disconnected")]
    [InlineData("waha", "event_session_status_passkey", "error disconnected")]
    [InlineData("waha", "event_session_status_working", "active connected")]
    [InlineData("waha", "event_session_status_starting", "active qr_required")]
    [InlineData("evolution", "event_connection_update_open", "active connected")]
    [InlineData("evolution", "event_connection_update_close", "error disconnected")]
    [InlineData("evolution", "event_connection_update_connecting", "active qr_required")]
    [InlineData("evolution", "event_qrcode_updated", "active qr_required")]
    [InlineData("evolution", "event_qrcode_limit", "active disconnected")]
    public async Task Session_should_show_at_its_channel(
        string gateway,
        string file,
        string expected
    )
    {
        await TakeAsync(gateway, file);
        (await ChannelAsync()).ShouldBe(expected);
    }

    [Fact]
    public async Task Restriction_should_hold_until_its_end()
    {
        var end = database.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        await TakeAsync(
            "waha",
            "event_session_status_timelock",
            body => body["payload"]!["data"]!["reachoutTimelock"]!["timeEnforcementEnds"] = end
        );
        (await ChannelAsync()).ShouldBe("active restricted");
        await TakeAsync("waha", "event_session_status_working");
        (await ChannelAsync()).ShouldBe("active restricted");

        database.Clock.Advance(TimeSpan.FromHours(1.5));
        await NoteAsync(SessionStates.Working);
        (await ChannelAsync()).ShouldBe("active connected");
    }

    [Fact]
    public async Task Older_report_should_change_nothing()
    {
        await TakeAsync("waha", "event_session_status_working");
        told -= TimeSpan.FromHours(1);
        await TakeAsync("waha", "event_session_status_failed");
        (await ChannelAsync()).ShouldBe("active connected");
    }

    [Fact]
    public async Task Admins_should_be_told_once_of_a_session_that_is_down()
    {
        await database.NewMemberAsync(tenant, MemberRoles.Admin);
        await TakeAsync("waha", "event_session_status_scan_qr_code");
        (await NewsAsync()).ShouldBe(0, "nobody is told of what they are just doing");
        await TakeAsync("waha", "event_session_status_working");
        await TakeAsync("waha", "event_session_status_failed");
        await TakeAsync("waha", "event_session_status_stopped");
        (await NewsAsync()).ShouldBe(1);

        await TakeAsync("waha", "event_session_status_working");
        await TakeAsync("waha", "event_session_status_stopped");
        (await NewsAsync()).ShouldBe(1, "it may come back by itself");
        database.Clock.Advance(TimeSpan.FromMinutes(2));
        await NoteAsync(SessionStates.Stopped);
        (await NewsAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Gateway_that_is_away_should_count_when_it_is_away_twice()
    {
        await NoteAsync(SessionStates.Working);
        await NoteAsync(SessionStates.Unreachable);
        (await ChannelAsync()).ShouldBe("active connected");
        await NoteAsync(SessionStates.Unreachable);
        (await ChannelAsync()).ShouldBe("active disconnected");
        await NoteAsync(SessionStates.Working);
        (await ChannelAsync()).ShouldBe("active connected");
    }

    // ---------------------------------------------------------------- what waits

    [Fact]
    public async Task Message_should_wait_for_the_phone_and_go_when_it_is_back()
    {
        await NoteAsync(SessionStates.Working);
        await NoteAsync(SessionStates.Failed);
        await NoteAsync(SessionStates.Stopped);
        var message = await SendAsync("waha", "Later", begin: false);
        (await BeginAsync(message)).ShouldBeNull();
        (await StatusAsync(message)).ShouldBe(MessageStatuses.Pending);

        await NoteAsync(SessionStates.Working);
        (
            await database.AskAsync<bool>(
                $"SELECT available_at <= '{database.Clock.GetUtcNow():O}' FROM shared.outbox WHERE subject_id = '{message}'"
            )
        ).ShouldBeTrue();
        (await BeginAsync(message)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Message_should_fail_and_say_why_when_the_phone_stays_away()
    {
        await NoteAsync(SessionStates.Stopped);
        var message = await SendAsync("waha", "Too late", begin: false);
        await database.ExecuteAsync(
            $"UPDATE messages SET created_at = '{database.Clock.GetUtcNow().AddHours(-2):O}' WHERE id = '{message}'",
            tenant
        );
        (await BeginAsync(message)).ShouldBeNull();
        (
            await database.AskAsync<string>(
                $"SELECT status || ' ' || error_code FROM messages WHERE id = '{message}'",
                tenant
            )
        ).ShouldBe("failed message.phone_away");
    }

    [Fact]
    public async Task Messages_should_go_one_by_one()
    {
        channel = await NewChannelAsync(("per_minute", "6"));
        await NoteAsync(SessionStates.Working);
        var first = await SendAsync("waha", "One", begin: false);
        var second = await SendAsync("waha", "Two", begin: false);

        (await BeginAsync(first)).ShouldNotBeNull();
        (await BeginAsync(second)).ShouldBeNull();
        (await StatusAsync(second)).ShouldBe(MessageStatuses.Pending);
        database.Clock.Advance(TimeSpan.FromSeconds(10));
        (await BeginAsync(second)).ShouldNotBeNull();
    }

    // ---------------------------------------------------------------- quarantine

    [Fact]
    public async Task What_is_of_another_session_or_unknown_should_be_quarantined()
    {
        await TakeAsync("waha", "event_message_text", body => body["session"] = "another");
        await TakeAsync("waha", "event_message_text", body => body["event"] = "poll.vote");
        (await CountAsync("messages")).ShouldBe(0);
        (await QuarantinedAsync()).ShouldBe(2);
    }

    private async Task<Guid> NewChannelAsync(params (string Name, string Value)[] settings)
    {
        var name = database.Next("Phone ");
        return await database.DoAsync(
            tenant,
            Actor.System,
            new CreateChannel(
                new ChannelDraft(
                    ChannelTypes.WhatsAppWeb,
                    name,
                    $"{Session}@{database.Next("gateway")}",
                    settings.ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal),
                    new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["api_key"] = "k",
                        ["webhook_secret"] = "s3cret-s3cret",
                    },
                    "s3cret-s3cret",
                    VerifyToken: null
                ),
                database.Secrets,
                Confirmed: true
            )
        );
    }

    /// <summary>Each is told a second after the one before.</summary>
    private async Task TakeAsync(string gateway, string file, Action<JsonObject>? change = null)
    {
        told += TimeSpan.FromSeconds(1);
        var body = Fixtures.Json($"{gateway}/{file}.json").AsObject();
        if (gateway == "waha")
        {
            body["timestamp"] = told.ToUnixTimeMilliseconds();
        }
        else
        {
            body["date_time"] = told.UtcDateTime.ToString(
                "O",
                System.Globalization.CultureInfo.InvariantCulture
            );
        }
        change?.Invoke(body);
        await database
            .Get<InboundJournal>()
            .StoreAsync(
                ChannelTypes.WhatsAppWeb,
                channel,
                Encoding.UTF8.GetBytes(body.ToJsonString()),
                default
            );
        await Eventually.IsTrueAsync(async () =>
            await database.AskAsync<long>(
                "SELECT count(*) FROM shared.inbound_events WHERE state <> 'done'"
            ) == 0
        );
    }

    /// <summary>In answer to what the customer wrote; on its way unless told otherwise.</summary>
    private async Task<Guid> SendAsync(string gateway, string text, bool begin = true)
    {
        if (await CountAsync($"conversations WHERE channel_id = '{channel}'") == 0)
        {
            await TakeAsync(
                gateway,
                gateway == "waha" ? "event_message_text" : "event_messages_upsert_text"
            );
        }
        var conversation = await database.AskAsync<Guid>(
            $"SELECT id FROM conversations WHERE channel_id = '{channel}'",
            tenant
        );
        var sent = await database.DoAsync(
            tenant,
            Actor.System,
            new SendMessage(conversation, text, Guid.NewGuid().ToString("N"))
        );
        if (begin)
        {
            (await BeginAsync(sent.Id)).ShouldNotBeNull();
        }
        return sent.Id;
    }

    private async Task<Delivery?> BeginAsync(Guid message) =>
        await database.DoAsync(
            tenant,
            Actor.System,
            new BeginDelivery(await RowAsync(message), message)
        );

    private async Task FinishAsync(Guid message, DeliveryOutcome outcome) =>
        await database.DoAsync(
            tenant,
            Actor.System,
            new FinishDelivery(await RowAsync(message), message, outcome)
        );

    private Task<Guid> RowAsync(Guid message) =>
        database.AskAsync<Guid>($"SELECT id FROM shared.outbox WHERE subject_id = '{message}'");

    private async Task NoteAsync(string state)
    {
        database.Clock.Advance(TimeSpan.FromSeconds(1));
        await database.DoAsync(
            tenant,
            Actor.System,
            new NoteSession(
                channel,
                new SessionReport(state, database.Clock.GetUtcNow()),
                IsAsked: true
            )
        );
    }

    private Task<string?> StatusAsync(Guid message) =>
        database.AskAsync<string>($"SELECT status FROM messages WHERE id = '{message}'", tenant);

    private Task<string?> ChannelAsync() =>
        database.AskAsync<string>(
            $"SELECT status || ' ' || status_detail FROM integrations WHERE id = '{channel}'",
            tenant
        );

    /// <summary>How many times each admin was told.</summary>
    private Task<long> NewsAsync() =>
        database.AskAsync<long>(
            "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM notifications WHERE type = 'channel' GROUP BY user_id) x",
            tenant
        );

    private Task<long> CountAsync(string what) =>
        database.AskAsync<long>($"SELECT count(*) FROM {what}", tenant);

    private Task<long> QuarantinedAsync() =>
        database.AskAsync<long>(
            $"SELECT count(*) FROM shared.inbound_quarantine WHERE tenant_id = '{tenant.Id}'"
        );
}
