using System.Globalization;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Data.Tenancy;

public static class TenantErrors
{
    public static Error UnknownPlan { get; } =
        Error.Invalid(
            "tenant.plan",
            $"The plan is one of {string.Join(", ", Plans.All.Select(p => p.Name))}.",
            "plan"
        );

    public static Error SlugTaken(string slug) =>
        Error.Conflict(
            "tenant.slug_taken",
            string.Create(
                CultureInfo.InvariantCulture,
                $"There is a tenant '{slug}' already: choose another slug."
            )
        ) with
        {
            Fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["slug"] = "taken" },
            Args = [slug],
        };

    public static Error Unknown(string slug) =>
        Error.NotFound(
            "tenant.unknown",
            $"There is no tenant '{slug}': `tenant list` shows those that exist."
        );

    public static Error NotConfirmed(string slug) =>
        Error.Invalid(
            "tenant.not_confirmed",
            $"To delete it, type its slug: {slug}.",
            "confirmation"
        ) with
        {
            Args = [slug],
        };

    public static Error NotDeleted(string slug) =>
        Error.Conflict(
            "tenant.not_deleted",
            $"The tenant '{slug}' is not deleted: its owner deletes it first, or `tenant drop --slug {slug} --confirm {slug}` does."
        );

    public static Error InGrace(string slug, DateTimeOffset until) =>
        Error.Conflict(
            "tenant.in_grace",
            string.Create(
                CultureInfo.InvariantCulture,
                $"The data of '{slug}' is kept until {until:yyyy-MM-dd HH:mm} UTC; `tenant drop --slug {slug} --now` gives the rest of the time up."
            )
        );

    public static Error NotDropped(string slug, string reason) =>
        new(
            ErrorKind.Unavailable,
            "tenant.not_dropped",
            $"The data of '{slug}' is still there: {reason} The next run tries again; `tenant drop --slug {slug}` does it now."
        );

    public static Error TooManyMembers(Plan plan, int members) =>
        Error.Conflict(
            "tenant.too_many_members",
            string.Create(
                CultureInfo.InvariantCulture,
                $"The plan {plan.Name} allows {plan.MaxUsers} members and the workspace has {members}: an admin can deactivate some first."
            )
        ) with
        {
            Fields = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["plan"] = "members",
            },
            Args = [plan.MaxUsers, members],
        };

    public static Error TooMuchStorage(Plan plan, long usedGb) =>
        Error.Conflict(
            "tenant.too_much_storage",
            string.Create(
                CultureInfo.InvariantCulture,
                $"The plan {plan.Name} allows {plan.MaxStorageGb} GB and the workspace uses {usedGb}: choose a larger one."
            )
        ) with
        {
            Fields = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["plan"] = "storage",
            },
            Args = [plan.MaxStorageGb, usedGb],
        };

    public static Error ReasonTooLong { get; } =
        Error.Invalid(
            "tenant.reason",
            $"The reason has at most {SuspendTenant.MaxReasonLength} characters.",
            "reason"
        );
}
