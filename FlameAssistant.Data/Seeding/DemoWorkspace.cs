using FlameAssistant.Data.Members;

namespace FlameAssistant.Data.Seeding;

/// <summary>One person of the demo.</summary>
public sealed record DemoPerson(
    string Email,
    string FirstName,
    string LastName,
    string Role,
    bool IsOwner,
    string Title
);

/// <summary>One workspace of the demo: whose it is, its number, and what its history is made from.</summary>
/// <param name="Seed">Of the dice that make the history: the same workspace has the same one each time.</param>
internal sealed record DemoWorkspace(
    string Slug,
    string Name,
    string PhoneNumberId,
    string WabaId,
    string DisplayPhoneNumber,
    IReadOnlyList<DemoPerson> People,
    IReadOnlyList<DemoTalk> Talks,
    int Past,
    int Seed
)
{
    public static DemoWorkspace Cafe { get; } =
        new(
            DemoSeed.Slug,
            DemoSeed.Name,
            DemoSeed.PhoneNumberId,
            DemoSeed.WabaId,
            DemoSeed.DisplayPhoneNumber,
            [
                .. DemoSeed.People,
                new(
                    "manager@demo.test",
                    "Inés",
                    "Quiroga",
                    MemberRoles.Manager,
                    false,
                    "manager: templates, tags, all conversations"
                ),
                new("joao@demo.test", "João", "Teixeira", MemberRoles.Agent, false, "agent"),
                new("grace@demo.test", "Grace", "Miller", MemberRoles.Agent, false, "agent"),
            ],
            DemoTalks.All,
            Past: 90,
            Seed: 20_260_701
        );

    public static DemoWorkspace Clinic { get; } =
        new(
            "demo2",
            "Clínica Luz",
            "200300400500601",
            "100200300400501",
            "+55 11 99000-0003",
            [
                new(
                    "owner@demo2.test",
                    "Paula",
                    "Méndez",
                    MemberRoles.Admin,
                    true,
                    "owner of the second workspace"
                ),
                new("agent@demo2.test", "Rafael", "Costa", MemberRoles.Agent, false, "agent there"),
                // Works in both: the menu of workspaces has something to show.
                new(
                    "admin@demo.test",
                    "Marcos",
                    "Oliveira",
                    MemberRoles.Manager,
                    false,
                    "manager there"
                ),
            ],
            [],
            Past: 40,
            Seed: 20_260_702
        );

    public static IReadOnlyList<DemoWorkspace> All { get; } = [Cafe, Clinic];
}
