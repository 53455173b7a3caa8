using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Contacts;

/// <summary>Two forms of one number find one person: as typed, as stored, as a channel says it.</summary>
public sealed class PhoneTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Theory]
    [InlineData("+55 11 98765-4321", null, "+5511987654321")]
    [InlineData("(11) 98765-4321", "BR", "+5511987654321")]
    [InlineData("0055 11 98765 4321", null, "+5511987654321")]
    [InlineData("5511987654321", "ES", "+5511987654321")]
    [InlineData("011 15 5555-0142", "AR", "+5491155550142")]
    [InlineData("+52 1 55 1234 5678", null, "+525512345678")]
    [InlineData("55 1234 5678", "MX", "+525512345678")]
    [InlineData("612 34 56 78", "ES", "+34612345678")]
    [InlineData("612345678", null, null)]
    [InlineData("+1", null, null)]
    [InlineData("Ana", "BR", null)]
    [InlineData("=1+1", "BR", null)]
    [InlineData("", "BR", null)]
    public void Numbers_should_be_read_as_e164(string typed, string? region, string? number) =>
        PhoneText.Read(typed, region).ShouldBe(number);

    [Theory]
    [InlineData("+5511987654321", "551187654321")]
    [InlineData("+525512345678", "5215512345678")]
    [InlineData("+541155550142", "5491155550142")]
    [InlineData("+5491155550142", "5491155550142")]
    [InlineData("+14155550134", "14155550134")]
    public async Task A_number_by_hand_should_be_who_writes_by_another_form_of_it(
        string byHand,
        string byChannel
    )
    {
        var tenant = await database.EmptyTenantAsync();
        var agent = await database.NewMemberAsync(tenant, MemberRoles.Manager);
        var channel = await database.NewChannelAsync(tenant);
        var contact = await database.DoAsync(
            tenant,
            agent,
            new CreateContact("Ana", byHand, Email: null)
        );
        await database.ReceiveAsync(tenant, channel, byChannel, "Oi");

        var profile = await FindAsync(tenant, contact);
        profile!.Identities.ShouldHaveSingleItem().Value.ShouldBe(byChannel);
        profile.Conversations.ShouldHaveSingleItem();
        // As it was typed, whatever the channel calls it.
        (profile.Name, profile.Phone).ShouldBe(("Ana", byHand));
        foreach (var asked in (string[])[byHand, byChannel, "+" + byChannel])
        {
            (await database.ReadAsync(tenant, unit => unit.FindContactsAsync(asked, 5, default)))
                .ShouldHaveSingleItem()
                .Id.ShouldBe(contact);
        }
    }

    [Theory]
    [InlineData("+551132654321", "+5511932654321")]
    [InlineData("+5511987654321", "+5521987654321")]
    [InlineData("+34612345678", "+34612345679")]
    public async Task Other_numbers_should_be_other_people(string one, string other)
    {
        (
            await database.AskAsync<bool>(
                $"SELECT shared.phone_key('{one}') <> shared.phone_key('{other}')"
            )
        ).ShouldBeTrue();
    }

    [Fact]
    public async Task Forty_first_messages_of_who_was_added_by_hand_should_make_nobody_new()
    {
        var tenant = await database.EmptyTenantAsync();
        var manager = await database.NewMemberAsync(tenant, MemberRoles.Manager);
        var channel = await database.NewChannelAsync(tenant);
        await database.DoAsync(tenant, manager, new CreateContact("Ana", "+5511987654321", null));
        await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(i =>
                    database.RunAsync(
                        tenant,
                        Actor.System,
                        TestDatabase.Receive(
                            channel,
                            database.Text(i % 2 == 0 ? "551187654321" : "5511987654321", $"m{i}")
                        )
                    )
                )
        );
        (await database.AskAsync<long>("SELECT count(*) FROM contacts", tenant)).ShouldBe(1);
        (await database.AskAsync<long>("SELECT count(*) FROM conversations", tenant)).ShouldBe(1);
        (await database.AskAsync<long>("SELECT count(*) FROM messages", tenant)).ShouldBe(40);
        (await database.AskAsync<long>("SELECT count(*) FROM contact_identities", tenant)).ShouldBe(
            2
        );
    }

    private Task<ContactProfile?> FindAsync(TenantRef tenant, Guid id) =>
        database.ReadAsync(tenant, unit => unit.FindContactAsync(id, default));
}
