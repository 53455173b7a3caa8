using FlameAssistant.Data.Members;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>What every part of the inbox knows: where it is, who looks, and the words its menus are made of.</summary>
public sealed record InboxScope(string Slug, Guid MeId, InboxVocabulary Words)
{
    public static InboxScope None { get; } = new("", Guid.Empty, InboxVocabulary.Empty);

    public string File(Guid id, bool isThumbnail = false) =>
        $"/t/{Slug}/files/{id}{(isThumbnail ? "?thumb=1" : "")}";

    /// <summary>To whom a conversation can be given, the acting member first.</summary>
    public IEnumerable<Colleague> Assignable =>
        Words
            .Colleagues.Where(person => person.CanAnswer)
            .OrderByDescending(person => person.UserId == MeId);
}
