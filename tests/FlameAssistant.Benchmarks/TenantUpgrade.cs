using System.Globalization;
using FlameAssistant.Data.Platform;
using FlameAssistant.Testing;

namespace FlameAssistant.Benchmarks;

/// <summary>One script more for 200 tenants, by one worker and by two, alternately.</summary>
internal static class TenantUpgrade
{
    private const int Rounds = 5;

    public static async Task RunAsync()
    {
        var (database, _) = await ManyTenants.TwoHundredAsync();
        var version = 900;
        var one = new Sample("200 tenants, one worker");
        var two = new Sample("200 tenants, two workers");
        await Sample.AlternateAsync(
            warmUp: 1,
            Rounds,
            (one, () => UpgradeAsync(workers: 1)),
            (two, () => UpgradeAsync(workers: 2))
        );
        Sample.Print("Upgrade by a script with a new table and a new column", one, two);

        async Task UpgradeAsync(int workers)
        {
            var target = version++;
            var n = target.ToString(CultureInfo.InvariantCulture);
            await database.ExecuteAsync(
                $$"""
                INSERT INTO shared.tenant_scripts (version, name, checksum, body) VALUES ({{n}}, 'bench', 'x', $script$
                  ALTER TABLE contacts ADD COLUMN bench_{{n}} text;
                  CREATE INDEX idx_contacts_bench_{{n}} ON contacts (bench_{{n}});
                  CREATE TABLE bench_{{n}} (
                    id uuid CONSTRAINT bench_{{n}}_pkey PRIMARY KEY,
                    tenant_id uuid NOT NULL DEFAULT '{{"{{tenant}}"}}' CONSTRAINT bench_{{n}}_tenant_id_check CHECK (tenant_id = '{{"{{tenant}}"}}'),
                    created_at timestamptz NOT NULL DEFAULT now());
                  SELECT shared.secure_tenant_table('{{"{{schema}}"}}.bench_{{n}}', '{{"{{tenant}}"}}');
                $script$)
                """
            );
            var (_, failed) = await new TenantUpgrades(
                database.Logins.Owner,
                target,
                _ => { }
            ).RunAsync(workers, CancellationToken.None);
            if (failed.Count > 0)
            {
                throw new InvalidOperationException($"Not upgraded: {string.Join(", ", failed)}.");
            }
        }
    }
}
