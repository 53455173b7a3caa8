namespace FlameAssistant.Data.Tenancy;

/// <summary>What a plan allows.</summary>
public sealed record Plan(string Name, int MaxUsers, int MaxStorageGb);

/// <summary>Values of <c>shared.tenants.subscription_plan</c>, from the smallest to the largest.</summary>
public static class Plans
{
    public const string Free = "free";
    public const string Starter = "starter";
    public const string Professional = "professional";
    public const string Enterprise = "enterprise";

    public static readonly IReadOnlyList<Plan> All =
    [
        new(Free, MaxUsers: 5, MaxStorageGb: 10),
        new(Starter, MaxUsers: 10, MaxStorageGb: 50),
        new(Professional, MaxUsers: 50, MaxStorageGb: 200),
        new(Enterprise, MaxUsers: 1000, MaxStorageGb: 2000),
    ];

    public static Plan? Find(string name) => All.FirstOrDefault(p => p.Name == name);

    /// <returns>A value of <c>shared.subscription_history.change_type</c>.</returns>
    public static string ChangeType(string from, string to) =>
        Math.Sign(Rank(to) - Rank(from)) switch
        {
            > 0 => "upgrade",
            < 0 => "downgrade",
            _ => "renewal",
        };

    private static int Rank(string name) => All.TakeWhile(p => p.Name != name).Count();
}
