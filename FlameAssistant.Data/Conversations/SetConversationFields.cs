using FlameAssistant.Data.Live;
using FlameAssistant.Data.Members;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Data.Conversations;

/// <summary>Fills the tenant's own fields of a conversation; all problems are told at once, by key.</summary>
/// <param name="Values">By key; null or empty takes a value away. Numbers with a point, dates as 2026-01-31, yes/no as true/false.</param>
public sealed record SetConversationFields(
    Guid ConversationId,
    IReadOnlyDictionary<string, string?> Values
) : ITenantOperation<bool>
{
    public async Task<Result<bool>> RunAsync(TenantUnit unit, CancellationToken ct)
    {
        var begun = await ChangeConversation.BeginAsync(
            unit,
            ConversationId,
            MemberPermissions.ConversationsReply,
            ct
        );
        if (!begun.IsOk)
        {
            return begun.Error;
        }
        var filled = await CustomFieldValues.FillAsync(
            unit,
            CustomFieldSubjects.Conversation,
            begun.Value.CustomFields,
            Values,
            ct
        );
        if (filled.Problems.Count > 0)
        {
            return FieldErrors.Values("conversation.fields", filled.Problems);
        }
        if (filled.Changed.Count == 0)
        {
            return true;
        }
        begun.Value.CustomFields = filled.Json;
        unit.Note(
            ConversationId,
            ConversationEventKinds.FieldsChanged,
            null,
            ("fields", string.Join(", ", filled.Changed))
        );
        await unit.Db.SaveChangesAsync(ct);
        unit.Raise(LiveKinds.Conversation, ConversationId);
        return true;
    }
}
