-- A conversation begins with a message, and its row with the message's first words: the trail says that it began, and leaves
-- the words where they are found, corrected and erased.

CREATE OR REPLACE FUNCTION shared.audit_trigger_function() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  secret_columns constant text[] := ARRAY[
    'password_hash', 'two_factor_secret', 'credentials', 'key_hash', 'secret', 'headers', 'invitation_token',
    'app_secret_encrypted', 'verify_token_encrypted', 'api_key_encrypted'];
  noise constant text[] := ARRAY[
    'security_stamp', 'concurrency_stamp', 'updated_at', 'search', 'search_text', 'last_message_preview'];
  old_row jsonb := '{}';
  new_row jsonb := '{}';
  old_values jsonb;
  new_values jsonb;
  row_id text;
  tenant uuid;
  actor_user uuid := nullif(current_setting('app.current_user_id', true), '')::uuid;
  actor text := coalesce(nullif(current_setting('app.current_actor', true), ''), 'system');
  ip inet := nullif(current_setting('app.current_ip', true), '')::inet;
BEGIN
  IF TG_OP <> 'INSERT' THEN old_row := to_jsonb(OLD) - noise; END IF;
  IF TG_OP <> 'DELETE' THEN new_row := to_jsonb(NEW) - noise; END IF;
  row_id := coalesce(new_row ->> 'id', old_row ->> 'id');

  IF TG_OP = 'UPDATE' THEN
    SELECT jsonb_object_agg(key, CASE WHEN key = ANY (secret_columns) THEN '"***"' ELSE old_row -> key END),
           jsonb_object_agg(key, CASE WHEN key = ANY (secret_columns) THEN '"***"' ELSE value END)
      INTO old_values, new_values
      FROM jsonb_each(new_row) WHERE value IS DISTINCT FROM old_row -> key;
    IF new_values IS NULL THEN RETURN NULL; END IF;
  ELSE
    old_values := nullif(old_row - secret_columns, '{}');
    new_values := nullif(new_row - secret_columns, '{}');
  END IF;

  IF TG_TABLE_SCHEMA = 'shared' THEN
    tenant := coalesce(
      nullif(coalesce(new_row ->> 'tenant_id', old_row ->> 'tenant_id',
                      CASE WHEN TG_TABLE_NAME = 'tenants' THEN row_id END), '')::uuid,
      nullif(current_setting('app.current_tenant_id', true), '')::uuid,
      '00000000-0000-7000-8000-000000000001');
    INSERT INTO shared.audit_logs
      (id, tenant_id, user_id, actor_kind, actor_id, action, resource_type, resource_id, old_values, new_values, ip_address)
    VALUES
      (gen_random_uuid(), tenant, actor_user, split_part(actor, ':', 1), nullif(split_part(actor, ':', 2), ''),
       TG_OP, TG_TABLE_NAME, coalesce(row_id, new_row ->> 'key', old_row ->> 'key'), old_values, new_values, ip);
  ELSE
    EXECUTE format(
      'INSERT INTO %I.activity_log (id, user_id, actor_kind, actor_id, action, resource_type, resource_id, changes, ip_address)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)', TG_TABLE_SCHEMA)
      USING gen_random_uuid(), actor_user, split_part(actor, ':', 1), nullif(split_part(actor, ':', 2), ''),
            TG_OP, TG_TABLE_NAME, row_id::uuid,
            jsonb_strip_nulls(jsonb_build_object('old', old_values, 'new', new_values)), ip;
  END IF;
  RETURN NULL;
END;
$$;
