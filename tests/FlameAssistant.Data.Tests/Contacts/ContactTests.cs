using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Contacts;

/// <summary>Contacts as people work with them: found, sorted, changed, asked for consent.</summary>
public sealed class ContactTests(TestDatabase database)
    : IClassFixture<TestDatabase>,
        IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Actor manager = null!;
    private Guid channel;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        manager = await database.NewMemberAsync(tenant, MemberRoles.Manager);
        channel = await database.NewChannelAsync(tenant);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Every_problem_of_a_new_contact_should_be_told_at_once()
    {
        var refused = await database.RunAsync(
            tenant,
            manager,
            new CreateContact(new string('x', 256), "Ana", "no address")
        );
        refused.Error!.Fields!.Keys.ShouldBe(["name", "phone", "email"], ignoreOrder: true);
        (
            await database.RunAsync(tenant, manager, new CreateContact(" ", null, ""))
        ).Error!.Fields!.Keys.ShouldBe(["name"]);
    }

    [Theory]
    [InlineData(ContactSorts.Seen)]
    [InlineData(ContactSorts.Name)]
    [InlineData(ContactSorts.Created)]
    public async Task Every_contact_should_be_on_one_page_in_any_order(string sort)
    {
        await database.ExecuteAsync(
            """
            INSERT INTO contacts (id, name, last_interaction_at)
            SELECT gen_random_uuid(), CASE WHEN i % 3 > 0 THEN 'Ána ' || i % 7 END, CASE WHEN i % 2 = 0 THEN now() - (i / 6) * interval '1 day' END
              FROM generate_series(1, 47) i
            """,
            tenant
        );
        var seen = new List<ContactRow>();
        ContactCursor? after = null;
        do
        {
            var page = await database.ReadAsync(
                tenant,
                unit =>
                    unit.ListContactsAsync(new ContactFilter { Sort = sort }, after, default, 10)
            );
            page.Rows.Count.ShouldBe(Math.Min(10, 47 - seen.Count));
            seen.AddRange(page.Rows);
            after = page.Next;
        } while (after is not null);
        seen.Select(r => r.Id).ShouldBeUnique();
        seen.Count.ShouldBe(47);
        if (sort == ContactSorts.Name)
        {
            seen.Select(r => r.SortName)
                .ShouldBe(seen.Select(r => r.SortName).Order(StringComparer.Ordinal));
        }
        if (sort == ContactSorts.Seen)
        {
            var times = seen.Select(r => r.LastInteractionAt ?? DateTimeOffset.MinValue).ToList();
            times.ShouldBe(times.OrderDescending());
        }
    }

    [Fact]
    public async Task Filters_should_hold_together()
    {
        await database.DoAsync(
            tenant,
            manager,
            new SaveField(
                null,
                CustomFieldSubjects.Contact,
                "size",
                "Size",
                CustomFieldKinds.Number,
                []
            )
        );
        var tag = await database.DoAsync(
            tenant,
            manager,
            new SaveTag(null, "vip", "#3B82F6", null, "general", true)
        );
        var ana = await NewAsync("Ana Souza", "+5511987650001", "ana@example.com");
        var bia = await NewAsync("Bia Lima", "+5511987650002", null);
        await database.ReceiveAsync(tenant, channel, "5511987650003", "hi");
        await database.DoAsync(tenant, manager, new TagContact(ana, [tag], []));
        await database.DoAsync(
            tenant,
            manager,
            new SetContactFields(ana, new Dictionary<string, string?> { ["size"] = "42" })
        );
        await database.DoAsync(tenant, manager, new BlockContact(bia, IsBlocked: true));
        await database.DoAsync(
            tenant,
            manager,
            new SetConsent(bia, ConsentStates.OptedOut, "by phone")
        );

        (await NamesAsync(new ContactFilter { Tags = [tag] })).ShouldBe(["Ana Souza"]);
        (await NamesAsync(new ContactFilter { Field = "size", Value = "42" })).ShouldBe([
            "Ana Souza",
        ]);
        (await NamesAsync(new ContactFilter { Field = "size", Value = "43" })).ShouldBeEmpty();
        (await NamesAsync(new ContactFilter { Field = "gone", Value = "43" })).ShouldBeEmpty();
        (await NamesAsync(new ContactFilter { Blocked = true })).ShouldBe(["Bia Lima"]);
        (await NamesAsync(new ContactFilter { Consent = ConsentStates.OptedOut })).ShouldBe([
            "Bia Lima",
        ]);
        (await NamesAsync(new ContactFilter { Channels = [channel] })).ShouldBe([
            "Customer 5511987650003",
        ]);
        (await NamesAsync(new ContactFilter { SeenDays = 7 })).ShouldBe(["Customer 5511987650003"]);
        (
            await NamesAsync(new ContactFilter { SilentDays = 7, Sort = ContactSorts.Name })
        ).ShouldBe(["Ana Souza", "Bia Lima"]);
        (
            await NamesAsync(
                new ContactFilter
                {
                    Search = "sou",
                    Tags = [tag],
                    Field = "size",
                    Value = "42",
                }
            )
        ).ShouldBe(["Ana Souza"]);
        (await NamesAsync(new ContactFilter { Search = "ana@example" })).ShouldBe(["Ana Souza"]);
        (await NamesAsync(new ContactFilter { Search = "50003" })).ShouldBe([
            "Customer 5511987650003",
        ]);
    }

    [Fact]
    public async Task Agents_should_see_who_is_on_their_channels_and_who_is_on_none()
    {
        var agent = await database.NewMemberAsync(tenant);
        var hidden = await database.NewChannelAsync(tenant);
        await database.AddChannelMemberAsync(tenant, hidden, manager);
        await database.ReceiveAsync(tenant, hidden, "5511987650001", "secret");
        await database.ReceiveAsync(tenant, channel, "5511987650002", "open");
        await NewAsync("By hand", null, "hand@example.com");
        (await NamesAsync(new ContactFilter(), agent)).ShouldBe([
            "Customer 5511987650002",
            "By hand",
        ]);
        (await NamesAsync(new ContactFilter())).Count.ShouldBe(3);
        var secret = await database.AskAsync<Guid>(
            "SELECT id FROM contacts WHERE name LIKE '%650001'",
            tenant
        );
        (
            await database.ReadAsync(tenant, u => u.FindContactAsync(secret, default), agent)
        ).ShouldBeNull();
        (await database.RunAsync(tenant, agent, new BlockContact(secret, true))).Error.ShouldBe(
            ContactErrors.NotFound
        );
        (
            await database.RunAsync(
                tenant,
                agent,
                new EraseContact(secret, "Customer 5511987650001")
            )
        ).Error.ShouldBe(ContactErrors.NotFound);
        var open = await database.AskAsync<Guid>(
            "SELECT id FROM contacts WHERE name LIKE '%650002'",
            tenant
        );
        (
            await database.RunAsync(tenant, agent, new EraseContact(open, "Customer 5511987650002"))
        ).Error.ShouldBe(ContactErrors.EraseRight);
    }

    [Fact]
    public async Task A_contact_who_opted_out_should_get_a_persons_answer_and_nothing_else()
    {
        var received = await database.ReceiveAsync(tenant, channel, "5511987650009", "stop");
        var contact = await database.AskAsync<Guid>("SELECT id FROM contacts", tenant);
        await database.DoAsync(
            tenant,
            manager,
            new SetConsent(contact, ConsentStates.OptedIn, null)
        );
        await database.DoAsync(
            tenant,
            Actor.System,
            new SendMessage(received.ConversationId, "auto", "k1")
        );
        await database.DoAsync(
            tenant,
            manager,
            new SetConsent(contact, ConsentStates.OptedOut, "wrote STOP")
        );

        (
            await database.RunAsync(
                tenant,
                Actor.System,
                new SendMessage(received.ConversationId, "auto", "k2")
            )
        ).Error.ShouldBe(ContactErrors.OptedOut);
        (
            await database.RunAsync(
                tenant,
                manager,
                new SendMessage(received.ConversationId, "answer", "k3")
            )
        ).IsOk.ShouldBeTrue();
        await database.ExecuteAsync("UPDATE conversations SET inbound_seq = 0", tenant);
        (
            await database.RunAsync(
                tenant,
                manager,
                new SendMessage(received.ConversationId, "first", "k4")
            )
        ).Error.ShouldBe(ContactErrors.OptedOut);
        (
            await database.RunAsync(
                tenant,
                manager,
                new SendMessage(received.ConversationId, "note", "k5", IsPrivate: true)
            )
        ).IsOk.ShouldBeTrue();

        var profile = await database.ReadAsync(tenant, u => u.FindContactAsync(contact, default));
        profile!
            .Consents.Select(c => (c.State, c.Note))
            .ShouldBe([(ConsentStates.OptedOut, "wrote STOP"), (ConsentStates.OptedIn, null)]);
        (
            await database.RunAsync(tenant, manager, new SetConsent(contact, "maybe", null))
        ).Error.ShouldBe(ContactErrors.UnknownConsent);
    }

    [Fact]
    public async Task Duplicates_should_be_hinted_with_the_reason()
    {
        var ana = await NewAsync("Ana Beatriz Souza", "+5511987654321", "Ana@Example.com");
        var phone = await NewAsync("Someone", "+551187654321", null);
        var email = await NewAsync("Other One", null, "ana@example.com");
        var name = await NewAsync("Ana Beatríz Sousa", null, "x@example.com");
        await NewAsync("Ana", null, "y@example.com");
        var profile = await database.ReadAsync(tenant, u => u.FindContactAsync(ana, default));
        profile!
            .Duplicates.Select(d => (d.Id, d.Why))
            .ShouldBe([(phone, "phone"), (email, "email"), (name, "name")]);
    }

    [Fact]
    public async Task Segments_should_be_ones_own_or_everybodys()
    {
        var agent = await database.NewMemberAsync(tenant);
        var filter = new ContactFilter { Search = "ana", SilentDays = 30 };
        var mine = await database.DoAsync(
            tenant,
            agent,
            new SaveSegment(null, "Silent Anas", filter, IsShared: false)
        );
        (
            await database.RunAsync(
                tenant,
                agent,
                new SaveSegment(null, "All", filter, IsShared: true)
            )
        ).Error!.Kind.ShouldBe(ErrorKind.Forbidden);
        await database.DoAsync(
            tenant,
            manager,
            new SaveSegment(null, "All", filter, IsShared: true)
        );
        var listed = await database.ReadAsync(tenant, u => u.ListSegmentsAsync(default), agent);
        listed.Select(s => (s.Name, s.IsShared)).ShouldBe([("All", true), ("Silent Anas", false)]);
        (listed[0].Filter.Search, listed[0].Filter.SilentDays).ShouldBe(("ana", 30));
        (
            await database.ReadAsync(tenant, u => u.ListSegmentsAsync(default), manager)
        ).Count.ShouldBe(1);
        (
            await database.ReadAsync(tenant, u => u.ListSavedViewsAsync(default), agent)
        ).ShouldBeEmpty();
        await database.DoAsync(tenant, agent, new DeleteView(mine));
    }

    private Task<Guid> NewAsync(string? name, string? phone, string? email) =>
        database.DoAsync(tenant, manager, new CreateContact(name, phone, email));

    private async Task<List<string?>> NamesAsync(ContactFilter filter, Actor? who = null) =>
        [
            .. (
                await database.ReadAsync(
                    tenant,
                    u => u.ListContactsAsync(filter, null, default),
                    who
                )
            ).Rows.Select(r => r.Name),
        ];
}
