-- What must never be true of the catalog: one row per finding, none when all is well. $1 is one tenant's schema; null looks
-- at everything in one pass. Nothing here may ask per row for what a list of the same size holds: joins over equal oids
-- stay linear in the number of tenants, a subquery per table over the tables of all would be quadratic.
WITH
  logins AS (SELECT oid, rolname FROM pg_roles WHERE rolname IN ('flame_app', 'flame_worker', 'flame_platform', 'flame_hangfire')),
  searcher AS (SELECT oid FROM pg_roles WHERE rolname = 'flame_search'),
  schemas AS (
    SELECT n.oid, n.nspname, n.nspacl, n.nspowner, n.nspname LIKE 'tenant\_%' AS is_tenants, ts.tenant_id
      FROM pg_namespace n LEFT JOIN shared.tenant_schemas ts ON ts.schema_name = n.nspname
     WHERE CASE WHEN $1::text IS NULL THEN n.nspname IN ('shared', 'archive') OR n.nspname LIKE 'tenant\_%' ELSE n.nspname = $1 END),
  relations AS MATERIALIZED (
    SELECT c.oid, c.relname, c.relkind, c.relacl, c.relowner, c.relispartition, c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
           s.oid AS schema_oid, s.nspname, s.is_tenants, s.tenant_id, format('%I.%I', s.nspname, c.relname) AS name
      FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S')),
  tables AS (SELECT * FROM relations WHERE relkind IN ('r', 'p')),
  policies AS MATERIALIZED (
    SELECT p.*, t.name, t.is_tenants,
           -- The one policy of a tenant's table, as PostgreSQL prints it.
           format('(current_setting(''app.current_tenant_id''::text, true) = ''%s''::text)', t.tenant_id) AS wall,
           pg_get_expr(p.polqual, p.polrelid) AS using_text, pg_get_expr(p.polwithcheck, p.polrelid) AS check_text
      FROM pg_policy p JOIN tables t ON t.oid = p.polrelid),
  rights AS (
    SELECT r.name, r.relname, r.relkind, r.relispartition, r.is_tenants, r.nspname, a.grantee, a.privilege_type, NULL::name AS column_name
      FROM relations r, aclexplode(r.relacl) a WHERE a.grantee <> r.relowner
    UNION ALL
    SELECT r.name, r.relname, r.relkind, r.relispartition, r.is_tenants, r.nspname, a.grantee, a.privilege_type, c.attname
      FROM relations r JOIN pg_attribute c ON c.attrelid = r.oid AND c.attacl IS NOT NULL, aclexplode(c.attacl) a
     WHERE a.grantee <> r.relowner),
  functions AS (
    SELECT p.*, s.is_tenants, s.nspname, format('%I.%I', s.nspname, p.proname) AS name FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace),
  -- Tables whose tenant_id can be nothing but the tenant's.
  held AS (
    SELECT t.oid FROM tables t
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'tenant_id' AND a.attnotnull
      JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      JOIN pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum] AND k.convalidated
     WHERE t.is_tenants AND pg_get_expr(d.adbin, d.adrelid) = format('%L::uuid', t.tenant_id)
       AND pg_get_constraintdef(k.oid) = format('CHECK ((tenant_id = %L::uuid))', t.tenant_id)),
  findings (rule, subject) AS (
    -- walls
    SELECT 'a tenant''s schema without its row in the ledger', nspname::text FROM schemas WHERE is_tenants AND tenant_id IS NULL
    UNION ALL
    SELECT 'row-level security is not enabled and forced', t.name FROM tables t
     WHERE NOT (t.relrowsecurity AND t.relforcerowsecurity) AND NOT t.relispartition
       AND (t.is_tenants OR t.nspname = 'shared' AND t.relname <> 'tenant_schemas' AND (t.relname = 'tenants'
         OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'tenant_id')))
    UNION ALL
    SELECT 'not exactly one policy for all statements', t.name FROM tables t
      LEFT JOIN (SELECT polrelid, count(*) AS n FROM policies WHERE polcmd = '*' GROUP BY polrelid) p ON p.polrelid = t.oid
     WHERE t.is_tenants AND p.n IS DISTINCT FROM 1
    UNION ALL
    SELECT 'a policy that is neither the wall nor the search''s', format('%s: %s', p.name, p.polname) FROM policies p
     WHERE p.is_tenants AND NOT (
       p.polcmd = '*' AND p.polpermissive AND p.using_text = p.wall AND p.check_text = p.using_text
         AND cardinality(p.polroles) = 2
         AND p.polroles @> (SELECT array_agg(oid) FROM pg_roles WHERE rolname IN ('flame_app', 'flame_owner'))
       OR p.polcmd = 'r' AND p.polpermissive AND p.using_text = 'true' AND p.polroles = ARRAY[(SELECT oid FROM searcher)])
    UNION ALL
    SELECT 'a policy without WITH CHECK', format('%s: %s', p.name, p.polname) FROM policies p
     WHERE p.polcmd IN ('*', 'a', 'w') AND p.polwithcheck IS NULL
    UNION ALL
    SELECT 'a policy that opens a shared table to the app', format('%s: %s', p.name, p.polname) FROM policies p
     WHERE NOT p.is_tenants AND (0 = ANY (p.polroles) OR (SELECT oid FROM logins WHERE rolname = 'flame_app') = ANY (p.polroles))
       AND (p.using_text !~ 'app.current_tenant_id' OR p.check_text !~ 'app.current_tenant_id')
    UNION ALL
    SELECT 'a view without security_invoker and without the tenant''s test behind a barrier', v.name FROM relations v
     WHERE v.relkind = 'v' AND NOT coalesce(v.reloptions @> '{security_invoker=true}', false)
       AND NOT (coalesce(v.reloptions @> '{security_barrier=true}', false) AND pg_get_viewdef(v.oid) ~ 'app.current_tenant_id'
         AND (NOT v.is_tenants OR position(v.tenant_id::text IN pg_get_viewdef(v.oid)) > 0))
    -- shape
    UNION ALL
    SELECT 'no primary key', t.name FROM tables t
     WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'p')
    UNION ALL
    SELECT 'tenant_id is missing, nullable or not held to the tenant', t.name FROM tables t
     WHERE t.is_tenants AND t.oid NOT IN (SELECT oid FROM held)
    UNION ALL
    SELECT 'no created_at', t.name FROM tables t
     WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'created_at' AND a.attnotnull)
    UNION ALL
    SELECT 'updated_at without its trigger', t.name FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'updated_at'
     WHERE NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = t.oid AND g.tgfoid = 'shared.update_updated_at_column()'::regprocedure)
       AND t.nspname <> 'archive'
    UNION ALL
    SELECT 'a foreign key leaves the schema', format('%s: %s', t.name, k.conname) FROM pg_constraint k
      JOIN tables t ON t.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
     WHERE k.contype = 'f' AND t.nspname <> 'archive' AND f.relnamespace <> t.schema_oid
    UNION ALL
    SELECT 'an index that is invalid, or stands on tenant_id alone', i.indexrelid::regclass::text FROM pg_index i JOIN tables t ON t.oid = i.indrelid
     WHERE NOT i.indisvalid OR t.is_tenants AND NOT i.indisprimary AND i.indnatts = 1
       AND i.indkey[0] = (SELECT attnum FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'tenant_id')
    UNION ALL
    SELECT 'a constraint that is not validated', format('%s: %s', t.name, k.conname) FROM pg_constraint k JOIN tables t ON t.oid = k.conrelid
     WHERE NOT k.convalidated
    UNION ALL
    SELECT 'an enum type', format('%s: %s', s.nspname, y.typname) FROM pg_type y JOIN schemas s ON s.oid = y.typnamespace WHERE y.typtype = 'e'
    -- functions
    UNION ALL
    SELECT 'a function with its owner''s rights and no search_path', f.name FROM functions f
     WHERE f.prosecdef AND NOT EXISTS (SELECT FROM unnest(f.proconfig) c WHERE c LIKE 'search\_path=%')
    UNION ALL
    SELECT 'PUBLIC may run a function', f.name FROM functions f, aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a WHERE a.grantee = 0
    UNION ALL
    SELECT 'a tenant''s function with its owner''s rights that is not the search''s', f.name FROM functions f
     WHERE f.is_tenants AND f.prosecdef AND (f.proowner <> (SELECT oid FROM searcher) OR f.prosrc !~ 'app.current_tenant_id')
    -- rights
    UNION ALL
    SELECT 'PUBLIC has a right', format('%s: %s', name, privilege_type) FROM rights WHERE grantee = 0
    UNION ALL
    SELECT 'a right that no login may have', format('%s: %s of %s', r.name, r.privilege_type, l.rolname) FROM rights r JOIN logins l ON l.oid = r.grantee
     WHERE r.privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'USAGE')
        OR r.relkind = 'm' OR r.relispartition OR r.nspname = 'archive'
        OR r.is_tenants AND l.rolname <> 'flame_app'
        OR r.relkind = 'v' AND r.privilege_type <> 'SELECT'
        OR r.privilege_type IN ('UPDATE', 'DELETE') AND r.relname IN ('activity_log', 'audit_logs')
        OR r.is_tenants AND r.privilege_type <> 'SELECT' AND r.relname IN ('tenant_info', 'schema_migrations')
    UNION ALL
    SELECT 'the search has more than SELECT', format('%s: %s', r.name, r.privilege_type) FROM rights r
     WHERE r.grantee = (SELECT oid FROM searcher) AND (r.privilege_type <> 'SELECT' OR NOT r.is_tenants)
    UNION ALL
    SELECT 'a schema''s right that nobody but its owner may have', format('%s: %s of %s', s.nspname, a.privilege_type, a.grantee::regrole)
      FROM schemas s, aclexplode(s.nspacl) a
     WHERE a.grantee <> s.nspowner AND (a.grantee = 0 OR a.privilege_type <> 'USAGE' OR s.nspname = 'archive'
       OR s.is_tenants AND a.grantee NOT IN (SELECT oid FROM logins WHERE rolname = 'flame_app' UNION ALL SELECT oid FROM searcher))
    UNION ALL
    SELECT 'a login owns', format('%s: %s', r.name, l.rolname) FROM relations r JOIN logins l ON l.oid = r.relowner
    -- the whole installation
    UNION ALL
    SELECT 'a role that stands above row-level security', rolname::text FROM pg_roles
     WHERE $1 IS NULL AND rolname LIKE 'flame\_%' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
    UNION ALL
    SELECT 'a login that is a member of a role', format('%s of %s', l.rolname, m.roleid::regrole) FROM pg_auth_members m JOIN logins l ON l.oid = m.member
     WHERE $1 IS NULL
    UNION ALL
    SELECT 'the owner inherits the search''s rows', 'flame_owner' FROM pg_roles o
     WHERE $1 IS NULL AND o.rolname = 'flame_owner' AND o.rolinherit
    UNION ALL
    SELECT 'a right on the database', format('%s of %s', a.privilege_type, a.grantee::regrole) FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
     WHERE $1 IS NULL AND d.datname = current_database()
       AND (a.grantee = 0 OR a.grantee IN (SELECT oid FROM logins)
            AND NOT (a.privilege_type = 'CONNECT' OR a.privilege_type = 'TEMPORARY' AND a.grantee::regrole::text = 'flame_app'))
    UNION ALL
    SELECT 'PUBLIC has a right on a schema', format('%s: %s', n.nspname, a.privilege_type) FROM pg_namespace n, aclexplode(n.nspacl) a
     WHERE $1 IS NULL AND n.nspname IN ('public', 'hangfire') AND a.grantee = 0)
SELECT rule, subject FROM findings ORDER BY rule, subject
