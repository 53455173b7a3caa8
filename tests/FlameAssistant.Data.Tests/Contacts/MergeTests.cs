using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Contacts;

/// <summary>Two contacts that are one person, and were not after all.</summary>
public sealed class MergeTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
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
    public async Task What_a_merge_moved_should_go_back_whole()
    {
        var (ana, bia) = await TwoAsync();
        var tag = await database.DoAsync(
            tenant,
            manager,
            new SaveTag(null, "vip", "#3B82F6", null, "general", true)
        );
        await database.DoAsync(
            tenant,
            manager,
            new SaveField(
                null,
                CustomFieldSubjects.Contact,
                "city",
                "City",
                CustomFieldKinds.Text,
                []
            )
        );
        await database.DoAsync(tenant, manager, new TagContact(bia, [tag], []));
        await database.DoAsync(tenant, manager, new AddContactNote(bia, "likes tea"));
        await database.DoAsync(tenant, manager, new SetConsent(bia, ConsentStates.OptedOut, null));
        await database.DoAsync(
            tenant,
            manager,
            new SetContactFields(bia, new Dictionary<string, string?> { ["city"] = "Lima" })
        );
        await database.DoAsync(
            tenant,
            manager,
            new ChangeContact(bia, "Bia", "+5511900000002", "bia@example.com")
        );
        var before = (await ShownAsync(ana), await ShownAsync(bia));

        var preview = await database.ReadAsync(
            tenant,
            u => u.PreviewMergeAsync(ana, bia, default),
            manager
        );
        preview!.Differences.Select(d => d.Key).ShouldBe(["name", "phone"]);
        (
            preview.Conversations,
            preview.Identities,
            preview.Tags,
            preview.Notes,
            preview.Closes,
            preview.OptsOut
        ).ShouldBe((1, 1, 1, 1, 1, true));

        await database.DoAsync(tenant, manager, new MergeContacts(ana, bia, ["name"]));
        var merged = (await FindAsync(ana))!;
        (merged.Name, merged.Email, merged.Consent, merged.CustomFields).ShouldBe(
            ("Bia", "bia@example.com", ConsentStates.OptedOut, """{"city": "Lima"}""")
        );
        (
            merged.Conversations.Count,
            merged.Identities.Count,
            merged.Tags.Count,
            merged.Notes.Count
        ).ShouldBe((2, 2, 1, 1));
        merged.Conversations.Count(c => c.Status == ConversationStatuses.Resolved).ShouldBe(1);
        // Whoever has the old address comes to the one that is kept.
        (await FindAsync(bia))!.Id.ShouldBe(ana);
        merged.Merges.ShouldHaveSingleItem().OtherId.ShouldBe(bia);

        (await database.DoAsync(tenant, manager, new UndoMerge(merged.Merges[0].Id))).ShouldBe(bia);
        (await ShownAsync(ana), await ShownAsync(bia)).ShouldBe(before);
        (await FindAsync(ana))!.Merges.ShouldBeEmpty();
        (
            await database.RunAsync(tenant, manager, new UndoMerge(merged.Merges[0].Id))
        ).Error.ShouldBe(ContactErrors.NotMerged);
    }

    [Fact]
    public async Task What_was_changed_since_should_stay_as_somebody_made_it()
    {
        var (ana, bia) = await TwoAsync();
        await database.DoAsync(tenant, manager, new MergeContacts(ana, bia, ["name", "phone"]));
        await database.DoAsync(
            tenant,
            manager,
            new ChangeContact(ana, "Ana Paula", "+5511900000009", null)
        );
        // On the identity that moved, and not on hers.
        await database.ReceiveAsync(tenant, channel, "5511900000002", "after the merge");
        await database.DoAsync(
            tenant,
            manager,
            new UndoMerge((await FindAsync(ana))!.Merges[0].Id)
        );
        var profile = (await FindAsync(ana))!;
        (profile.Name, profile.Phone).ShouldBe(("Ana Paula", "+5511900000009"));
        await database.ReceiveAsync(tenant, channel, "5511900000002", "and after that");
        (await FindAsync(bia))!.Conversations.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_conversation_begun_since_should_go_with_its_identity()
    {
        var other = await database.NewChannelAsync(tenant);
        await database.ReceiveAsync(tenant, channel, "5511900000001", "one");
        await database.ReceiveAsync(tenant, other, "34600000002", "two");
        var (ana, bia) = (await IdAsync("5511900000001"), await IdAsync("34600000002"));
        await database.ExecuteAsync(
            "UPDATE conversations SET status = 'resolved', resolved_at = now() - interval '30 days', last_message_at = now() - interval '30 days'",
            tenant
        );
        await database.DoAsync(tenant, manager, new MergeContacts(ana, bia, []));
        await database.ReceiveAsync(tenant, other, "34600000002", "three");
        (await FindAsync(ana))!.Conversations.Count.ShouldBe(3);
        await database.DoAsync(
            tenant,
            manager,
            new UndoMerge((await FindAsync(ana))!.Merges[0].Id)
        );
        (await FindAsync(ana))!.Conversations.Count.ShouldBe(1);
        (await FindAsync(bia))!.Conversations.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Two_merges_of_one_pair_should_be_one()
    {
        for (var round = 0; round < 5; round++)
        {
            var (ana, bia) = await TwoAsync(round * 10);
            var results = await Task.WhenAll(
                Enumerable
                    .Range(0, 8)
                    .Select(i =>
                        database.RunAsync(
                            tenant,
                            manager,
                            i % 2 == 0
                                ? new MergeContacts(ana, bia, [])
                                : new MergeContacts(bia, ana, [])
                        )
                    )
            );
            results.Count(r => r.IsOk).ShouldBe(1);
            results.Where(r => !r.IsOk).ShouldAllBe(r => r.Error == ContactErrors.Merged);
            var kept = (await FindAsync(ana))!;
            (kept.Conversations.Count, kept.Identities.Count, kept.Merges.Count).ShouldBe(
                (2, 2, 1)
            );
        }
    }

    [Fact]
    public async Task Messages_that_come_during_merges_and_undos_should_all_be_there()
    {
        var (ana, bia) = await TwoAsync();
        using var over = new CancellationTokenSource();
        var sent = 0;
        var writing = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                await database.ReceiveAsync(
                    tenant,
                    channel,
                    sent++ % 2 == 0 ? "5511900000001" : "5511900000002",
                    $"m{sent}"
                );
            }
        });
        for (var round = 0; round < 6; round++)
        {
            await database.DoAsync(tenant, manager, new MergeContacts(ana, bia, []));
            await database.DoAsync(
                tenant,
                manager,
                new UndoMerge((await FindAsync(ana))!.Merges[0].Id)
            );
        }
        await over.CancelAsync();
        await writing;
        (await database.AskAsync<long>("SELECT count(*) FROM messages", tenant)).ShouldBe(sent + 2);
        (
            await database.AskAsync<long>(
                "SELECT count(*) FROM contacts WHERE merged_into IS NULL",
                tenant
            )
        ).ShouldBe(2);
        foreach (
            var (id, number) in (IEnumerable<(Guid, string)>)
                [(ana, "5511900000001"), (bia, "5511900000002")]
        )
        {
            (await FindAsync(id))!.Identities.ShouldHaveSingleItem().Value.ShouldBe(number);
        }
    }

    [Fact]
    public async Task A_later_merge_should_be_undone_first()
    {
        var (ana, bia) = await TwoAsync();
        await database.ReceiveAsync(tenant, channel, "5511900000003", "three");
        var carla = await IdAsync("5511900000003");
        await database.DoAsync(tenant, manager, new MergeContacts(ana, bia, []));
        var first = (await FindAsync(ana))!.Merges[0].Id;
        await database.DoAsync(tenant, manager, new MergeContacts(carla, ana, []));
        (await database.RunAsync(tenant, manager, new UndoMerge(first))).Error.ShouldBe(
            ContactErrors.NotMerged
        );
        await database.DoAsync(
            tenant,
            manager,
            new UndoMerge((await FindAsync(carla))!.Merges[0].Id)
        );
        await database.DoAsync(tenant, manager, new UndoMerge(first));
        (await FindAsync(bia))!.Id.ShouldBe(bia);
        (await database.RunAsync(tenant, manager, new MergeContacts(ana, ana, []))).Error.ShouldBe(
            ContactErrors.MergeSame
        );
        (
            await database.RunAsync(tenant, manager, new MergeContacts(ana, Guid.NewGuid(), []))
        ).Error.ShouldBe(ContactErrors.NotFound);
    }

    private async Task<(Guid Ana, Guid Bia)> TwoAsync(int from = 0)
    {
        await database.ReceiveAsync(tenant, channel, $"55119000000{from + 1:00}", "one");
        await database.ReceiveAsync(tenant, channel, $"55119000000{from + 2:00}", "two");
        return (
            await IdAsync($"55119000000{from + 1:00}"),
            await IdAsync($"55119000000{from + 2:00}")
        );
    }

    private Task<Guid> IdAsync(string number) =>
        database.AskAsync<Guid>(
            $"SELECT contact_id FROM contact_identities WHERE value = '{number}'",
            tenant
        );

    private Task<ContactProfile?> FindAsync(Guid id) =>
        database.ReadAsync(tenant, unit => unit.FindContactAsync(id, default));

    /// <summary>Everything of a contact that a merge may touch.</summary>
    private async Task<string> ShownAsync(Guid id)
    {
        var p = (await FindAsync(id))!;
        return string.Join(
            '|',
            (IEnumerable<string?>)
                [
                    p.Id.ToString(),
                    p.Name,
                    p.Phone,
                    p.Email,
                    p.Consent,
                    p.CustomFields,
                    p.IsBlocked.ToString(),
                    $"{p.InteractionCount}",
                    .. p.Identities.Select(i => i.Value),
                    .. p.Tags.Select(t => t.Name),
                    .. p.Notes.Select(n => n.Content),
                    .. p.Conversations.Select(c => $"{c.Number} {c.Status}"),
                ]
        );
    }
}
