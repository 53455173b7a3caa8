using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Web.Tenancy;

namespace FlameAssistant.Web.Features.Templates;

/// <summary>Templates and tags of the tenant of the address.</summary>
internal sealed class TemplatesData(TenantSession session, MemberDirectory members, LiveHub live)
    : ITemplatesData
{
    public async Task<TemplatesView> ListAsync(CancellationToken ct)
    {
        var (rows, places) = await session.ReadAsync(
            async (unit, token) =>
                (
                    await unit.ListTemplatesAsync(onlyActive: false, token),
                    await unit.ListTemplatePlacesAsync(token)
                ),
            ([], []),
            ct
        );
        var tenant = await session.EnterAsync(ct);
        var me = tenant is null ? null : await members.FindAsync(tenant.Id, session.Actor.Id, ct);
        return new TemplatesView(
            rows,
            places,
            session.Actor.May(MemberPermissions.TemplatesWrite),
            tenant?.Name ?? "",
            me?.DisplayName ?? ""
        );
    }

    public Task<Result<Guid>> SaveAsync(SaveTemplate template, CancellationToken ct) =>
        session.RunAsync(template, ct);

    public Task<Result<bool>> DeleteAsync(Guid templateId, CancellationToken ct) =>
        session.RunAsync(new DeleteTemplate(templateId), ct);

    public async Task<TagsView> ListTagsAsync(CancellationToken ct)
    {
        var rows = await session.ReadAsync((unit, token) => unit.ListTagsAsync(token), [], ct);
        return new TagsView(rows, session.Actor.May(MemberPermissions.TagsWrite));
    }

    public Task<Result<Guid>> SaveTagAsync(SaveTag tag, CancellationToken ct) =>
        session.RunAsync(tag, ct);

    public Task<Result<bool>> MergeTagsAsync(Guid tagId, Guid intoId, CancellationToken ct) =>
        session.RunAsync(new MergeTags(tagId, intoId), ct);

    public Task<Result<bool>> DeleteTagAsync(Guid tagId, CancellationToken ct) =>
        session.RunAsync(new DeleteTag(tagId), ct);

    public async Task<IDisposable?> SubscribeAsync(Func<Task> onChange, CancellationToken ct) =>
        await session.EnterAsync(ct) is { } tenant
            ? live.Subscribe(
                tenant.Id,
                e =>
                {
                    if (e.Kind is LiveKinds.Vocabulary or LiveKinds.Resync)
                    {
                        _ = onChange();
                    }
                }
            )
            : null;
}

internal static class TemplatesRegistration
{
    public static void AddTemplates(this IServiceCollection services) =>
        services.AddScoped<ITemplatesData, TemplatesData>();
}

/// <summary>Marks the texts of templates and tags.</summary>
public sealed class TemplatesText;
