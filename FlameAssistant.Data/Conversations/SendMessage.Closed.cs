using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Contacts;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FlameAssistant.Data.Conversations;

public sealed partial record SendMessage
{
    /// <param name="template">What is sent, where it is one: it may go outside the window, where nothing else may.</param>
    /// <returns>Why nothing may go out just now; null when it may.</returns>
    internal static async Task<Error?> WhyClosedAsync(
        TenantUnit unit,
        Conversation conversation,
        TemplateToSend? template,
        CancellationToken ct
    )
    {
        if (!unit.Tenant.MaySend)
        {
            return ConversationErrors.TenantSuspended;
        }
        var state = await (
            from channel in unit.Db.Channels
            from contact in unit.Db.Contacts
            where channel.Id == conversation.ChannelId && contact.Id == conversation.ContactId
            select new
            {
                channel.Status,
                channel.Type,
                contact.IsBlocked,
            }
        ).SingleAsync(ct);
        var rules = ChannelRules.Of(state.Type);
        return state switch
        {
            { Status: not ChannelStatuses.Active } => ConversationErrors.ChannelClosed,
            { IsBlocked: true } => ConversationErrors.ContactBlocked,
            _ when await Consents.HoldsBackAsync(
                    unit,
                    conversation.ContactId,
                    isPersonsAnswer: conversation.InboundSeq > 0
                        && unit.Actor.UserId is not null
                        && template is not { IsMarketing: true },
                    ct
                ) => ContactErrors.OptedOut,
            _ when template is null
                    && WindowProblem(conversation, rules, unit.Actor.Kind, unit.Now) is { } over =>
                over,
            _ when template is { IsMarketing: true }
                    && await ContactMarks.WantsNoMarketingAsync(
                        unit,
                        conversation.ChannelId,
                        conversation.ContactId,
                        ct
                    ) => ConversationErrors.MarketingStopped,
            _ when rules.HasTemplates
                    && await ChannelRestrictions.ProblemAsync(
                        unit,
                        conversation.ChannelId,
                        template is not null,
                        ct
                    )
                        is { } restricted => restricted,
            _ when rules.HasMarks
                    && await ContactMarks.IsBlockedAsync(
                        unit,
                        conversation.ChannelId,
                        conversation.ContactId,
                        ct
                    ) => ConversationErrors.ContactShutOut,
            _ => null,
        };
    }

    /// <summary>Some channels let a person, and nobody else, answer for longer.</summary>
    private static Error? WindowProblem(
        Conversation conversation,
        ChannelRules rules,
        string actorKind,
        DateTimeOffset now
    )
    {
        if (conversation.WindowExpiresAt is not { } ends)
        {
            // Who has never written there is reached by a template only.
            return rules.HasTemplates ? ConversationErrors.NeverWritten : null;
        }
        if (ends > now)
        {
            return null;
        }
        if (rules.PersonsExtraTime == TimeSpan.Zero || actorKind != Actor.MemberKind)
        {
            return ConversationErrors.WindowClosed;
        }
        return ends + rules.PersonsExtraTime > now ? null : ConversationErrors.PersonsTimeOver;
    }
}
