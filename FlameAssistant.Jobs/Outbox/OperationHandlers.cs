using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Notifications;
using FlameAssistant.Data.Outbox;
using FlameAssistant.Data.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FlameAssistant.Jobs.Outbox;

/// <summary>Which operation each kind of outbox row is.</summary>
internal static class OperationHandlers
{
    public static void AddOperationHandlers(this IServiceCollection services)
    {
        Add(
            services,
            OutboxKinds.WakeConversation,
            2,
            w => new WakeConversation(w.Id, w.SubjectId)
        );
        Add(services, OutboxKinds.AssignWaiting, 2, w => new AssignWaiting(w.Id));
        Add(services, OutboxKinds.CheckResponse, 2, w => new CheckResponse(w.Id, w.SubjectId));
        Add(
            services,
            OutboxKinds.CheckAvailability,
            2,
            w => new CheckAvailability(w.Id, w.SubjectId)
        );
        Add(services, OutboxKinds.EndRestriction, 1, w => new EndRestriction(w.Id, w.SubjectId));
        Add(
            services,
            OutboxKinds.RaiseNotifications,
            4,
            w => new RaiseNotifications(w.Id, w.SubjectId)
        );
    }

    private static void Add<T>(
        IServiceCollection services,
        string kind,
        int parallelism,
        Func<ClaimedWork, ITenantOperation<T>> operation
    ) =>
        services.AddSingleton<IOutboxHandler>(provider => new OperationHandler<T>(
            kind,
            parallelism,
            provider.GetRequiredService<TenantUnits>(),
            operation,
            provider.GetRequiredService<ILoggerFactory>().CreateLogger(kind)
        ));
}
