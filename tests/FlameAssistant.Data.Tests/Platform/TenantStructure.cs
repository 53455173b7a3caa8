using FlameAssistant.Testing;
using Npgsql;

namespace FlameAssistant.Data.Tests.Platform;

internal static class TenantStructure
{
    /// <summary>Everything that a script could have left different, one line each, with schema and id made equal.</summary>
    public static async Task<List<string>> ReadAsync(
        TestDatabase database,
        string schema,
        Guid tenant
    )
    {
        var lines = new List<string>();
        await using var connection = await database.OpenOwnerAsync();
        await using var command = new NpgsqlCommand(
            $"""
            WITH t AS (SELECT c.* FROM pg_class c WHERE c.relnamespace = '{schema}'::regnamespace)
            SELECT concat_ws(' ', 'relation', relname, relkind, relpersistence, relrowsecurity, relforcerowsecurity, reloptions::text, relacl::text, pg_get_userbyid(relowner)) AS line FROM t
            UNION ALL SELECT concat_ws(' ', 'column', t.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attacl::text, pg_get_expr(d.adbin, d.adrelid))
              FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND t.relkind IN ('r', 'p', 'v', 'm')
              LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            UNION ALL SELECT concat_ws(' ', 'constraint', t.relname, k.conname, k.convalidated, pg_get_constraintdef(k.oid)) FROM t JOIN pg_constraint k ON k.conrelid = t.oid
            UNION ALL SELECT concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid), i.indisvalid) FROM t JOIN pg_index i ON i.indrelid = t.oid
            UNION ALL SELECT concat_ws(' ', 'policy', t.relname, p.polname, p.polcmd, p.polpermissive, p.polroles::regrole[]::text, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
              FROM t JOIN pg_policy p ON p.polrelid = t.oid
            UNION ALL SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(g.oid), g.tgenabled) FROM t JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal
            UNION ALL SELECT concat_ws(' ', 'function', pg_get_functiondef(f.oid), f.proacl::text) FROM pg_proc f WHERE f.pronamespace = '{schema}'::regnamespace
            UNION ALL SELECT concat_ws(' ', 'view', t.relname, pg_get_viewdef(t.oid)) FROM t WHERE relkind IN ('v', 'm')
            UNION ALL SELECT concat_ws(' ', 'schema', n.nspacl::text, pg_get_userbyid(n.nspowner)) FROM pg_namespace n WHERE n.nspname = '{schema}'
            UNION ALL SELECT concat_ws(' ', 'default', d.defaclobjtype, d.defaclacl::text) FROM pg_default_acl d WHERE d.defaclnamespace = '{schema}'::regnamespace
            """,
            connection
        );
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            lines.Add(
                reader
                    .GetString(0)
                    .Replace(schema, "SCHEMA", StringComparison.Ordinal)
                    .Replace(tenant.ToString(), "TENANT", StringComparison.Ordinal)
            );
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
