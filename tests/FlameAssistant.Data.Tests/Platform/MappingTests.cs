using FlameAssistant.Data.Platform;
using FlameAssistant.Data.Tenancy;
using FlameAssistant.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace FlameAssistant.Data.Tests.Platform;

/// <summary>SQL comes first: what EF maps must be what the database has.</summary>
public sealed class MappingTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task TenantDb_should_agree_with_the_database()
    {
        await using var db = new TenantDb(
            new DbContextOptionsBuilder<TenantDb>()
                .UseNpgsql(database.Sources.App)
                .UseSnakeCaseNamingConvention()
                .Options
        );
        (await DifferencesAsync(db.Model)).ShouldBeEmpty();
    }

    [Fact]
    public async Task PlatformDb_should_agree_with_the_database()
    {
        await using var db = await database
            .Get<IDbContextFactory<PlatformDb>>()
            .CreateDbContextAsync();
        (await DifferencesAsync(db.Model)).ShouldBeEmpty();
    }

    private async Task<List<string>> DifferencesAsync(IModel model)
    {
        var differences = new List<string>();
        var tables = model.GetRelationalModel().Tables.ToList();
        tables.Count.ShouldBeGreaterThan(5);
        foreach (var table in tables)
        {
            var name = $"{table.Schema ?? SystemTenant.TemplateSchema}.{table.Name}";
            var actual = await ColumnsAsync(name);
            foreach (var column in table.Columns)
            {
                if (!actual.Remove(column.Name, out var found))
                {
                    differences.Add($"{name}.{column.Name}: the database has none");
                    continue;
                }
                if (found.Type != column.StoreType)
                {
                    differences.Add(
                        $"{name}.{column.Name}: {found.Type}, mapped as {column.StoreType}"
                    );
                }
                if (found.IsNullable != column.IsNullable)
                {
                    differences.Add(
                        $"{name}.{column.Name}: nullable {found.IsNullable}, mapped as {column.IsNullable}"
                    );
                }
            }
            differences.AddRange(
                actual
                    .Where(c => !c.Value.IsNullable && !c.Value.HasDefault)
                    .Select(c => $"{name}.{c.Key}: must be given and is not mapped")
            );
        }
        return differences;
    }

    private async Task<
        Dictionary<string, (string Type, bool IsNullable, bool HasDefault)>
    > ColumnsAsync(string table)
    {
        var columns = new Dictionary<string, (string, bool, bool)>(StringComparer.Ordinal);
        await using var connection = await database.OpenOwnerAsync();
        await using var command = new NpgsqlCommand(
            $"""
            SELECT attname::text, format_type(atttypid, atttypmod), NOT attnotnull, atthasdef OR attidentity <> ''
              FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped
            """,
            connection
        );
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            columns[reader.GetString(0)] = (
                reader.GetString(1),
                reader.GetBoolean(2),
                reader.GetBoolean(3)
            );
        }
        return columns;
    }
}
