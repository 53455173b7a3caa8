using System.Text;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Contacts;
using FlameAssistant.Jobs.Outbox;
using FlameAssistant.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FlameAssistant.Jobs.Tests.Contacts;

/// <summary>Files of contacts on their way in: checked without changing anything, whole rows only, whatever is killed.</summary>
public sealed class ImportTests(JobsDatabase database) : IClassFixture<JobsDatabase>, IAsyncLifetime
{
    private TenantRef tenant = null!;
    private Actor manager = null!;

    public async ValueTask InitializeAsync()
    {
        tenant = await database.EmptyTenantAsync();
        manager = await database.NewMemberAsync(tenant, MemberRoles.Manager);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_check_should_say_what_would_happen_and_change_nothing()
    {
        await NewAsync("Ana", "+5511987650001", "ana@example.com");
        await NewAsync("Bia", "+5511987650002", null);
        var import = await TakeAsync(
            """
            name,phone,email,size
            New One,+55 11 98765-0003,new@example.com,1
            Ana Again,551187650001,,
            Wrong Phone,abc,,
            Wrong Size,+5511987650004,,big
            ,,,
            Two People,+5511987650002,ANA@example.com,
            New Once More,,NEW@example.com,
            """
        );
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
        await CheckAsync(import, Options(["name", "phone", "email", "field:size"]));
        var view = await ViewAsync(import);
        (view.State, view.Creates, view.Updates, view.Skips, view.Errors).ShouldBe(
            (ImportStates.Checked, 1, 2, 0, 3)
        );
        var wrong = await database.ReadAsync(
            tenant,
            u => u.ListImportLinesAsync(import, 0, 10, onlyErrors: true, default)
        );
        wrong
            .Select(l => (l.Line, l.Problems.Single().Key, l.Problems.Single().Value))
            .ShouldBe([(4, "phone", "phone"), (5, "field:size", "number"), (7, "row", "two")]);
        (await CountAsync("contacts")).ShouldBe(2);
        (await CountAsync("shared.outbox")).ShouldBe(0);
    }

    [Fact]
    public async Task An_import_should_write_what_was_checked_and_nothing_twice()
    {
        var ana = await NewAsync("Ana", "+5511987650001", null);
        var vip = await database.DoAsync(
            tenant,
            manager,
            new SaveTag(null, "vip", "#3B82F6", null, "general", true)
        );
        var old = await database.DoAsync(
            tenant,
            manager,
            new SaveTag(null, "old", "#3B82F6", null, "general", true)
        );
        const string File = """
            Nombre;Apellido;Celular;Correo;Etiquetas;Nota;Consentimiento
            Ana;Souza;551187650001;ana@example.com;old;likes tea;no
            =cmd|'/C calc'!A0;;+5511987650002;;;;
            Carla;Díaz;(11) 98765-0003;carla@example.com;;"two
            lines";sí
            Carla;Otra;5511987650003;;;;
            """;
        var import = await TakeAsync(File);
        await CheckAsync(
            import,
            Options(
                ["first_name", "last_name", "phone", "email", "tags", "note", "consent"],
                tags: [vip]
            )
        );
        await ImportAsync(import);

        var view = await ViewAsync(import);
        (view.State, view.Creates, view.Updates, view.Errors, view.DoneRows).ShouldBe(
            (ImportStates.Done, 2, 2, 0, 4)
        );
        var profile = (await database.ReadAsync(tenant, u => u.FindContactAsync(ana, default)))!;
        (profile.Name, profile.Phone, profile.Email, profile.Consent).ShouldBe(
            ("Ana Souza", "+551187650001", "ana@example.com", ConsentStates.OptedOut)
        );
        profile.Tags.Select(t => t.Name).ShouldBe(["old", "vip"]);
        profile.Notes.ShouldHaveSingleItem().Content.ShouldBe("likes tea");
        profile.Consents.ShouldHaveSingleItem().Source.ShouldBe(ConsentSources.Import);
        var rows = (
            await database.ReadAsync(
                tenant,
                u =>
                    u.ListContactsAsync(
                        new ContactFilter { Sort = ContactSorts.Name },
                        null,
                        default
                    )
            )
        ).Rows;
        rows.Select(r => r.Name).ShouldBe(["=cmd|'/C calc'!A0", "Ana Souza", "Carla Otra"]);
        ContactsCsv.Row(rows[0], []).ShouldStartWith("'=cmd");

        // The same file again makes nobody new.
        var again = await TakeAsync(File);
        await CheckAsync(
            again,
            Options(["first_name", "last_name", "phone", "email", "", "", ""], updates: false)
        );
        await ImportAsync(again);
        (await ViewAsync(again)).Skips.ShouldBe(4);
        (await CountAsync("contacts")).ShouldBe(3);
        (await database.RunAsync(tenant, manager, new StartImport(again))).Error.ShouldBe(
            ImportErrors.WrongState
        );
    }

    [Fact]
    public async Task An_import_that_is_killed_in_the_middle_should_go_on_where_it_was()
    {
        const int Rows = 2500;
        var import = await TakeAsync(
            "name,phone\n"
                + string.Concat(
                    Enumerable.Range(0, Rows).Select(i => $"Person {i},+5511{910000000 + i}\n")
                )
        );
        await CheckAsync(import, Options(["name", "phone"]));
        await database.DoAsync(tenant, manager, new StartImport(import));
        var work = await ClaimAsync();

        // A batch, a batch whose transaction never ends, and a process that is gone.
        var units = database.Units;
        (
            await units.RunAsync(
                tenant,
                Actor.System,
                new RunImportBatch(work.Id, import, 700),
                default
            )
        ).Value.DoneRows.ShouldBe(700);
        await units.ReadAsync(
            tenant,
            Actor.System,
            async (unit, ct) =>
                (await new RunImportBatch(work.Id, import, 700).RunAsync(unit, ct)).Value.DoneRows,
            default
        );
        (await CountAsync("contacts")).ShouldBe(700);

        // Two nodes take it up at once: one row lock, one of them at a time.
        await using var second = database.NewServices();
        var handlers = new[] { Handler(database.Services), Handler(second) };
        await Task.WhenAll(handlers.Select(h => h.HandleAsync(tenant, work, default)));
        (await CountAsync("contacts")).ShouldBe(Rows);
        (await CountAsync("contact_import_rows WHERE is_applied")).ShouldBe(Rows);
        (await ViewAsync(import)).State.ShouldBe(ImportStates.Done);
        await Handler(database.Services).HandleAsync(tenant, work, default);
        (await CountAsync("contacts")).ShouldBe(Rows);
        (await CountAsync("shared.outbox")).ShouldBe(0);
    }

    [Fact]
    public async Task A_row_that_cannot_be_written_should_stay_out_and_hold_up_nobody()
    {
        var import = await TakeAsync("name\nAna\nPoison\nBia\n");
        await CheckAsync(import, Options(["name"]));
        await database.ExecuteAsync(
            "ALTER TABLE contacts ADD CONSTRAINT no_poison CHECK (name <> 'Poison')",
            tenant
        );
        try
        {
            await ImportAsync(import);
        }
        finally
        {
            await database.ExecuteAsync("ALTER TABLE contacts DROP CONSTRAINT no_poison", tenant);
        }
        (await CountAsync("contacts")).ShouldBe(2);
        var view = await ViewAsync(import);
        (view.State, view.Creates, view.Errors).ShouldBe((ImportStates.Done, 2, 1));
    }

    [Fact]
    public async Task Imports_should_be_for_who_sees_everybody_and_stop_when_told()
    {
        var agent = await database.NewMemberAsync(tenant);
        (
            await FilesOf()
                .TakeAsync(
                    tenant,
                    agent,
                    "a.csv",
                    new MemoryStream("name\nAna\n"u8.ToArray()),
                    default
                )
        ).Error.ShouldBe(ImportErrors.Right);
        var import = await TakeAsync("name\nAna\n");
        (
            await database.ReadAsync(tenant, u => u.FindImportAsync(import, default), agent)
        ).ShouldBeNull();
        (
            await database.RunAsync(tenant, manager, new CheckImport(import, Options(["note"])))
        ).Error.ShouldBe(ImportErrors.Targets);
        (
            await database.RunAsync(
                tenant,
                manager,
                new CheckImport(import, Options(["name", "name"]))
            )
        ).Error.ShouldBe(ImportErrors.Targets);
        await database.DoAsync(tenant, manager, new CheckImport(import, Options(["name"])));
        await database.DoAsync(tenant, manager, new CancelImport(import));
        await Handler(database.Services).HandleAsync(tenant, await ClaimAsync(), default);
        (await ViewAsync(import)).State.ShouldBe(ImportStates.Cancelled);
        (await CountAsync("contacts")).ShouldBe(0);
        (await CountAsync("shared.outbox")).ShouldBe(0);
        await database.ExecuteAsync(
            "UPDATE contact_imports SET created_at = now() - interval '31 days'",
            tenant
        );
        await database.DoAsync(tenant, Actor.System, new ForgetOrphans());
        (await CountAsync("contact_import_rows")).ShouldBe(0);
    }

    private static ImportOptions Options(
        string[] targets,
        bool updates = true,
        Guid[]? tags = null
    ) => new(targets, "BR", updates, tags ?? []);

    private ContactFiles FilesOf() => database.Get<ContactFiles>();

    private static ImportContactsHandler Handler(IServiceProvider node) =>
        node.GetServices<IOutboxHandler>().OfType<ImportContactsHandler>().Single();

    private Task<Guid> NewAsync(string? name, string? phone, string? email) =>
        database.DoAsync(tenant, manager, new CreateContact(name, phone, email));

    private async Task<Guid> TakeAsync(string text) =>
        (
            await FilesOf()
                .TakeAsync(
                    tenant,
                    manager,
                    "people.csv",
                    new MemoryStream(Encoding.UTF8.GetBytes(text)),
                    default
                )
        ).Value;

    private async Task CheckAsync(Guid import, ImportOptions options)
    {
        await database.DoAsync(tenant, manager, new CheckImport(import, options));
        await Handler(database.Services).HandleAsync(tenant, await ClaimAsync(), default);
    }

    private async Task ImportAsync(Guid import)
    {
        await database.DoAsync(tenant, manager, new StartImport(import));
        await Handler(database.Services).HandleAsync(tenant, await ClaimAsync(), default);
    }

    private async Task<ClaimedWork> ClaimAsync() =>
        (
            await database.Get<OutboxClaims>().ClaimAsync(OutboxKinds.ImportContacts, 10, default)
        ).ShouldHaveSingleItem();

    private async Task<ImportView> ViewAsync(Guid import) =>
        (await database.ReadAsync(tenant, u => u.FindImportAsync(import, default)))!;

    private Task<long> CountAsync(string what) =>
        database.AskAsync<long>($"SELECT count(*) FROM {what}", tenant);
}
