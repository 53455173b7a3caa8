using FlameAssistant.Data.Members;
using FlameAssistant.Web.Shared;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>What every part of the inbox knows: where it is, who looks, and the words its menus are made of.</summary>
public sealed record InboxScope(
    string Slug,
    Guid MeId,
    InboxVocabulary Words,
    bool CanAssignAnybody = true
)
{
    public static InboxScope None { get; } = new("", Guid.Empty, InboxVocabulary.Empty);

    /// <summary>Who answers customers, the acting member first.</summary>
    public IEnumerable<Colleague> Answering =>
        Words
            .Colleagues.Where(person => person.CanAnswer)
            .OrderByDescending(person => person.UserId == MeId);

    /// <summary>To whom the acting member can give a conversation.</summary>
    public IEnumerable<Colleague> Assignable =>
        Answering.Where(person =>
            CanAssignAnybody
            || person.UserId == MeId
            || AssignableTeams.Any(team => team.Members.Contains(person.UserId))
        );

    public IEnumerable<TeamRow> AssignableTeams =>
        Words.Teams.Where(team => CanAssignAnybody || team.Members.Contains(MeId));

    public string File(Guid id, bool isThumbnail = false) => Urls.File(Slug, id, isThumbnail);
}
