using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Templates;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Jobs.Outbox;

namespace FlameAssistant.Jobs.Templates;

/// <summary>
/// Brings a channel's templates up to date. What fails is tried again after a growing pause; what goes on failing is written
/// down at the channel.
/// </summary>
public sealed class SyncTemplatesHandler(TenantUnits units, TemplateReader templates)
    : IOutboxHandler
{
    private const int MaxAttempts = 10;

    // A number that was connected a moment ago may not be everywhere at the provider.
    private const int MaxRefusals = 4;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);

    public string Kind => OutboxKinds.SyncTemplates;

    public int Parallelism => 2;

    public async Task HandleAsync(TenantRef tenant, ClaimedWork work, CancellationToken ct)
    {
        var read = await templates.ReadAsync(tenant, work.SubjectId, work.Id, ct);
        if (read.IsOk)
        {
            return;
        }
        var most = read.Error.Kind == ErrorKind.Unavailable ? MaxAttempts : MaxRefusals;
        await units.RunAsync(
            tenant,
            Actor.System,
            new PostponeTemplates(
                work.Id,
                work.SubjectId,
                work.Attempts < most ? FirstPause * Math.Pow(2, work.Attempts - 1) : null,
                read.Error.Code,
                $"The templates could not be read: {read.Error.Message}"
            ),
            ct
        );
    }
}
