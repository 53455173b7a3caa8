using System.Globalization;
using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Shared;
using FlameAssistant.Data.Tenancy;
using Npgsql;

namespace FlameAssistant.Data.Seeding;

/// <summary>What was asked for, and what it took; nothing new is no messages in no time.</summary>
public sealed record ScaleReport(int Tenants, long Messages, TimeSpan Elapsed)
{
    public long PerSecond => (long)(Messages / Math.Max(0.001, Elapsed.TotalSeconds));
}

/// <summary>
/// Fills workspaces with as many messages as one likes, to measure with: <c>scale-1</c>, <c>scale-2</c> … Running it again
/// fills up what is missing.
/// </summary>
public sealed class ScaleSeed(
    DatabaseLogins logins,
    ProvisionTenant provision,
    TenantCatalog tenants,
    TenantUnits units,
    ChannelSecrets secrets,
    TimeProvider clock
)
{
    private const int MostTenants = 1000;

    /// <param name="messages">In all workspaces together.</param>
    public async Task<Result<ScaleReport>> RunAsync(
        int tenantCount,
        long messages,
        CancellationToken ct
    )
    {
        if (tenantCount is < 1 or > MostTenants || messages < tenantCount)
        {
            return Error.Invalid(
                "seed.scale",
                $"Give 1 to {MostTenants} tenants, and at least one message for each."
            );
        }
        var places = new List<(TenantRef Tenant, Guid Channel)>();
        for (var i = 1; i <= tenantCount; i++)
        {
            var place = await PlaceAsync(i, ct);
            if (!place.IsOk)
            {
                return place.Error;
            }
            places.Add(place.Value);
        }
        await using var source = DataSources.Build(logins.Owner);
        var began = clock.GetTimestamp();
        var made = 0L;
        await Parallel.ForEachAsync(
            places.Index(),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = Environment.ProcessorCount,
                CancellationToken = ct,
            },
            async (place, token) =>
            {
                var share =
                    (messages / tenantCount) + (place.Index < messages % tenantCount ? 1 : 0);
                var (tenant, channel) = place.Item;
                Interlocked.Add(
                    ref made,
                    await new ScaleTenant(tenant, channel, clock).FillAsync(source, share, token)
                );
            }
        );
        return new ScaleReport(tenantCount, made, clock.GetElapsedTime(began));
    }

    private async Task<Result<(TenantRef, Guid)>> PlaceAsync(int number, CancellationToken ct)
    {
        var slug = string.Create(CultureInfo.InvariantCulture, $"scale-{number}");
        var tenant = await tenants.FindAsync(slug, ct);
        if (tenant is null)
        {
            var made = await provision.RunAsync(
                new NewTenant(
                    slug,
                    $"Scale {number}",
                    $"owner@{slug}.test",
                    "enterprise",
                    TenantStatuses.Active
                ),
                ct
            );
            if (!made.IsOk)
            {
                return made.Error;
            }
            tenant = made.Value.Tenant;
            tenants.Forget();
        }
        var channel = await units.RunAsync(
            tenant,
            Actor.System,
            new CreateChannel(
                new ChannelDraft(
                    ChannelTypes.WhatsApp,
                    "WhatsApp",
                    slug,
                    new Dictionary<string, string>(StringComparer.Ordinal),
                    new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["access_token"] = "scale",
                    },
                    AppSecret: "scale",
                    VerifyToken: "scale"
                ),
                secrets,
                Confirmed: true
            ),
            ct
        );
        return channel.IsOk ? (tenant, channel.Value) : channel.Error;
    }
}
