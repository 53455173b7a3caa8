using System.Text;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Contacts;
using FlameAssistant.Jobs.Conversations;
using FlameAssistant.Jobs.Outbox;
using FlameAssistant.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using FileOptions = FlameAssistant.Jobs.Conversations.FileOptions;

namespace FlameAssistant.Jobs.Tests.Contacts;

/// <summary>A person who is forgotten is nowhere: not in a table of the tenant, not in one of everybody, not in a file.</summary>
public sealed class EraseTests(JobsDatabase database)
    : IClassFixture<JobsDatabase>,
        IAsyncLifetime,
        IDisposable
{
    private const string Name = "Zuleika Quintanilha";
    private const string Number = "5511977712345";
    private const string Words = "a confession about marzipan";
    private const string Mail = "zuleika.q@example.com";

    private readonly string folder = Directory.CreateTempSubdirectory("flame-erase-").FullName;
    private DiskFileStore store = null!;
    private TenantRef tenant = null!;
    private Actor manager = null!;
    private Guid channel;

    public async ValueTask InitializeAsync()
    {
        store = new DiskFileStore(Options.Create(new FileOptions { Path = folder }));
        tenant = await database.EmptyTenantAsync();
        manager = await database.NewMemberAsync(tenant, MemberRoles.Manager);
        channel = await database.NewChannelAsync(tenant, accountId: "777000777");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Nothing_of_an_erased_contact_should_be_found_anywhere()
    {
        var contact = await PlantAsync();
        var other = await database.ReceiveAsync(tenant, channel, "5511966600000", "somebody else");
        await ShouldBePlantedAsync();

        (
            await database.RunAsync(tenant, manager, new EraseContact(contact, "Zuleika"))
        ).Error.ShouldBe(ContactErrors.EraseName);
        await database.DoAsync(tenant, manager, new EraseContact(contact, Name));
        var work = (
            await database.Get<OutboxClaims>().ClaimAsync(OutboxKinds.EraseContact, 1, default)
        ).ShouldHaveSingleItem();
        // A crash after any of its steps: it runs again.
        await Handler().HandleAsync(tenant, work, default);
        await Handler().HandleAsync(tenant, work, default);

        foreach (
            var word in (string[])
                [Name, "Zuleika", Number, "551177712345", "marzipan", Mail, "likes pralines"]
        )
        {
            (await WhereAsync(word)).ShouldBeEmpty(word);
        }
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        // What was said of it is gone, that it was done is not; and nobody else is touched.
        (
            await database.AskAsync<long>(
                $"SELECT count(*) FROM activity_log WHERE resource_id = '{contact}' AND action = 'ERASE' AND user_id = '{manager.Id}'",
                tenant
            )
        ).ShouldBe(1);
        (
            await database.AskAsync<string>(
                $"SELECT content FROM messages WHERE id = '{other.MessageId}'",
                tenant
            )
        ).ShouldBe("somebody else");
        (
            await database.AskAsync<long>(
                "SELECT count(*) FROM shared.outbox WHERE kind = 'contact.erase'"
            )
        ).ShouldBe(0);
        (
            await database.AskAsync<long>(
                "SELECT count(*) FROM shared.inbound_events WHERE body = convert_to('{\"to\":\"somebody else\"}', 'UTF8')"
            )
        ).ShouldBe(1);

        // Who writes again is somebody new.
        await database.ReceiveAsync(tenant, channel, Number, "hello again");
        (await database.AskAsync<long>("SELECT count(*) FROM contacts", tenant)).ShouldBe(2);
    }

    /// <summary>In every place that a person leaves something.</summary>
    private async Task<Guid> PlantAsync()
    {
        var received = await database.ReceiveAsync(
            tenant,
            channel,
            database.Text(Number, Words) with
            {
                ProfileName = Name,
            }
        );
        var contact = await database.AskAsync<Guid>("SELECT id FROM contacts", tenant);
        await database.DoAsync(
            tenant,
            manager,
            new ChangeContact(contact, Name, "+" + Number, null)
        );
        await database.DoAsync(
            tenant,
            manager,
            new AddContactNote(contact, $"{Name} likes pralines")
        );
        await database.DoAsync(
            tenant,
            manager,
            new SetConsent(contact, ConsentStates.OptedIn, $"{Name} said so")
        );
        await database.DoAsync(
            tenant,
            manager,
            new AssignConversation(received.ConversationId, manager.Id)
        );
        await database.DoAsync(
            tenant,
            manager,
            new SetConversationTitle(received.ConversationId, $"{Name} and marzipan")
        );
        await database.DoAsync(
            tenant,
            manager,
            new SaveDraft(received.ConversationId, $"Dear {Name}")
        );
        var uploads = new FileUploads(database.Units, store, NullLogger<FileUploads>.Instance);
        var file = await uploads.StageAsync(
            tenant,
            manager,
            received.ConversationId,
            "zuleika.txt",
            new MemoryStream("marzipan"u8.ToArray()),
            default
        );
        await database.DoAsync(
            tenant,
            manager,
            new SendMessage(received.ConversationId, $"About {Words}", "k", Uploads: [file.Value])
        );
        await uploads.StageAsync(
            tenant,
            manager,
            received.ConversationId,
            "draft.txt",
            new MemoryStream("more marzipan"u8.ToArray()),
            default
        );
        await database.ExecuteAsync(
            $"UPDATE messages SET content = content || ' edited' WHERE id = '{received.MessageId}'",
            tenant
        );
        await database.ExecuteAsync(
            $$"""
            INSERT INTO notifications (id, user_id, type, title, message, conversation_id)
              VALUES (gen_random_uuid(), '{{manager.Id}}', 'message', '{{Name}}', '{{Words}}', '{{received.ConversationId}}');
            INSERT INTO scheduled_messages (id, conversation_id, content, scheduled_at, created_by)
              VALUES (gen_random_uuid(), '{{received.ConversationId}}', 'later, {{Name}}', now(), '{{manager.Id}}');
            """,
            tenant
        );
        // Known by another name once, and brought in by a file.
        var twin = await database.DoAsync(
            tenant,
            manager,
            new CreateContact("Zuleika Q", null, Mail)
        );
        await database.DoAsync(tenant, manager, new MergeContacts(contact, twin, []));
        var import = await database.DoAsync(
            tenant,
            manager,
            new BeginImport("people.csv", ["name", "phone"])
        );
        await database.DoAsync(
            tenant,
            manager,
            new StageRows(import, [new StagedRow(1, 2, [Name, "+" + Number])])
        );
        await database.DoAsync(tenant, manager, new EndReading(import));
        await database.DoAsync(
            tenant,
            manager,
            new CheckImport(import, new ImportOptions(["name", "phone"], null, true, []))
        );
        var checking = (
            await database.Get<OutboxClaims>().ClaimAsync(OutboxKinds.ImportContacts, 1, default)
        ).Single();
        await database.DoAsync(tenant, manager, new RunImportBatch(checking.Id, import, 10));
        var old = await database.ReceiveAsync(tenant, channel, "551177712345", Words);
        old.ConversationId.ShouldBe(received.ConversationId);
        foreach (
            var (at, body) in (IEnumerable<(string?, string)>)
                [
                    (channel.ToString(), $$"""{"from":"{{Number}}","text":"{{Words}}"}"""),
                    (null, $$"""{"account":"777000777","from":"551177712345","name":"{{Name}}"}"""),
                    (channel.ToString(), """{"to":"somebody else"}"""),
                ]
        )
        {
            await database.ExecuteAsync(
                $"""
                INSERT INTO shared.inbound_events (id, provider, channel_id, body, state, available_at, created_at)
                VALUES (gen_random_uuid(), 'whatsapp', {(
                    at is null ? "NULL" : $"'{at}'"
                )}, convert_to('{body}', 'UTF8'), 'done', now(), '{database.Clock.GetUtcNow():O}')
                """
            );
        }
        await database.ExecuteAsync(
            $"""
            INSERT INTO shared.inbound_quarantine (id, tenant_id, provider, event_id, position, body, reason)
            VALUES (gen_random_uuid(), '{tenant.Id}', 'whatsapp', gen_random_uuid(), 0, convert_to('{Number} {Name}', 'UTF8'), 'x')
            """
        );
        return contact;
    }

    private async Task ShouldBePlantedAsync()
    {
        var where = await WhereAsync("Zuleika");
        foreach (
            var table in (string[])
                [
                    "contacts",
                    "activity_log",
                    "comments",
                    "notifications",
                    "scheduled_messages",
                    "conversations",
                    "conversation_members",
                    "contact_import_rows",
                    "contact_merges",
                    "contact_consents",
                    "inbound_events",
                    "inbound_quarantine",
                ]
        )
        {
            where.ShouldContain(t => t.EndsWith("." + table, StringComparison.Ordinal), table);
        }
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count().ShouldBe(2);
    }

    private EraseContactHandler Handler() =>
        new(
            database.Units,
            database.Get<OutboxClaims>(),
            store,
            database.Get<IDataSourceProvider>(),
            database.Clock
        );

    /// <summary>Every table of the tenant and of everybody that holds the word, in text or in bytes.</summary>
    private async Task<List<string>> WhereAsync(string word)
    {
        var found = new List<string>();
        await using var connection = await database.OpenOwnerAsync(tenant);
        var tables = new List<string>();
        await using (
            var list = new NpgsqlCommand(
                $"""
                SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname IN ('shared', '{tenant.SchemaName}') AND c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition
                """,
                connection
            )
        )
        await using (var reader = await list.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                tables.Add(reader.GetString(0));
            }
        }
        tables.Count.ShouldBeGreaterThan(60);
        var hex = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(word));
        foreach (var table in tables)
        {
            await using var look = new NpgsqlCommand(
                $"SELECT EXISTS (SELECT FROM {table} t WHERE to_jsonb(t)::text ILIKE $1 OR to_jsonb(t)::text LIKE $2)",
                connection
            );
            look.Parameters.Add(new() { Value = $"%{word}%" });
            look.Parameters.Add(new() { Value = $"%{hex}%" });
            if (await look.ExecuteScalarAsync() is true)
            {
                found.Add(table);
            }
        }
        return found;
    }
}
