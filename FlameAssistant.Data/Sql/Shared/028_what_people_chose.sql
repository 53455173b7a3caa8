-- A tenant writes to its people in the language they chose; where they chose none, in its own.
CREATE OR REPLACE VIEW shared.members WITH (security_barrier = true) AS
SELECT tu.tenant_id, tu.user_id, tu.role, tu.is_owner,
       tu.is_active AND u.is_active AND u.deleted_at IS NULL AS is_active,
       u.email,
       coalesce(nullif(trim(concat(u.first_name, ' ', u.last_name)), ''), u.username) AS display_name,
       u.language,
       u.time_zone
  FROM shared.tenant_users tu
  JOIN shared.users u ON u.id = tu.user_id
 WHERE tu.tenant_id = (SELECT nullif(current_setting('app.current_tenant_id', true), '')::uuid);
