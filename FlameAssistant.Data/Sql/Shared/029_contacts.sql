-- What finds a person by their number, and what forgets a person.

-- One key for the forms in which one number is written: Brazil's mobiles with and without their ninth digit (WhatsApp's ids
-- of older accounts have none), Mexico's 52 and 521, Argentina's 54 and 549. It finds; what is dialled or answered stays
-- as it came.
CREATE FUNCTION shared.phone_key(phone text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
  SELECT CASE
      WHEN length(d) NOT BETWEEN 7 AND 20 THEN NULL
      WHEN d ~ '^55[1-9][0-9][6-9][0-9]{7}$' THEN substr(d, 1, 4) || '9' || substr(d, 5)
      WHEN d ~ '^521[0-9]{10}$' THEN '52' || substr(d, 4)
      WHEN d ~ '^549[0-9]{10}$' THEN '54' || substr(d, 4)
      ELSE d
    END
    FROM (SELECT regexp_replace(phone, '[^0-9]', '', 'g') AS d) digits);

-- The trail of a tenant is append-only for the app, but for this: what it says of a person who asked to be forgotten. That
-- something was done, when and by whom stays.
CREATE FUNCTION shared.erase_activity(subjects uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  tenant constant uuid := nullif(current_setting('app.current_tenant_id', true), '')::uuid;
  tenant_schema text;
  erased bigint;
BEGIN
  SELECT t.schema_name INTO STRICT tenant_schema FROM shared.tenants t WHERE t.id = tenant;
  EXECUTE format(
    'UPDATE %I.activity_log SET changes = ''{}''
      WHERE resource_type IN (''contacts'', ''conversations'', ''messages'', ''comments'', ''scheduled_messages'')
        AND resource_id = ANY ($1) AND changes <> ''{}''', tenant_schema) USING subjects;
  GET DIAGNOSTICS erased = ROW_COUNT;
  RETURN erased;
END;
$$;

GRANT EXECUTE ON FUNCTION shared.phone_key(text) TO flame_app, flame_search;
GRANT EXECUTE ON FUNCTION shared.erase_activity(uuid[]) TO flame_app;
