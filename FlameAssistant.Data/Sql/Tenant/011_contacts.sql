-- Contacts as a place to work in: found by any form of their number, with their consent, joined and parted again, brought in
-- from files, and forgotten.

ALTER TABLE contacts
  ADD COLUMN phone_key text GENERATED ALWAYS AS (shared.phone_key(phone)) STORED,
  ADD COLUMN email_key text GENERATED ALWAYS AS (lower(email)) STORED,
  ADD COLUMN sort_name text GENERATED ALWAYS AS (shared.fold(coalesce(name, phone, email, ''))) STORED,
  -- As of the newest row of contact_consents.
  ADD COLUMN consent text NOT NULL DEFAULT 'unknown' CONSTRAINT contacts_consent_check CHECK (consent IN ('unknown', 'opted_in', 'opted_out')),
  ADD COLUMN consent_at timestamptz;
CREATE INDEX idx_contacts_phone_key ON contacts (phone_key) WHERE phone_key IS NOT NULL;
CREATE INDEX idx_contacts_email_key ON contacts (email_key) WHERE email_key IS NOT NULL;
CREATE INDEX idx_contacts_sort_name ON contacts (sort_name, id);
CREATE INDEX idx_contacts_is_blocked ON contacts (last_interaction_at, id) WHERE is_blocked;
CREATE INDEX idx_contacts_consent ON contacts (consent, last_interaction_at, id) WHERE consent <> 'unknown';
CREATE INDEX idx_contacts_custom_fields ON contacts USING gin (custom_fields jsonb_path_ops);

DROP TRIGGER audit_contacts ON contacts;
CREATE TRIGGER audit_contacts AFTER INSERT OR DELETE OR UPDATE OF name, phone, email, avatar_url, is_group, is_blocked, merged_into, tags,
  custom_fields, consent ON contacts FOR EACH ROW EXECUTE FUNCTION shared.audit_trigger_function();

ALTER TABLE contact_identities ADD COLUMN phone_key text
  GENERATED ALWAYS AS (CASE WHEN kind IN ('phone', 'wa_id') THEN shared.phone_key(value) END) STORED;
CREATE INDEX idx_contact_identities_phone_key ON contact_identities (phone_key) WHERE phone_key IS NOT NULL;
CREATE INDEX idx_contact_identities_value ON contact_identities USING gin (shared.fold(value) public.gin_trgm_ops);

-- Who said when, and how it is known, that this person may or may not be written to.
CREATE TABLE contact_consents (
  id uuid CONSTRAINT contact_consents_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT contact_consents_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  contact_id uuid NOT NULL CONSTRAINT contact_consents_contact_id_fkey REFERENCES contacts (id) ON DELETE CASCADE,
  state text NOT NULL CONSTRAINT contact_consents_state_check CHECK (state IN ('unknown', 'opted_in', 'opted_out')),
  source text NOT NULL CONSTRAINT contact_consents_source_check CHECK (source IN ('member', 'import', 'merge', 'api', 'customer')),
  note text CONSTRAINT contact_consents_note_check CHECK (length(note) <= 500),
  actor_kind text NOT NULL CONSTRAINT contact_consents_actor_kind_check CHECK (length(actor_kind) <= 50),
  actor_id uuid,
  occurred_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_contact_consents_contact_id ON contact_consents (contact_id, occurred_at, id);

-- What a join of two contacts moved and changed, so that it can be taken back.
CREATE TABLE contact_merges (
  id uuid CONSTRAINT contact_merges_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT contact_merges_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  kept_id uuid NOT NULL CONSTRAINT contact_merges_kept_id_fkey REFERENCES contacts (id) ON DELETE CASCADE,
  other_id uuid NOT NULL CONSTRAINT contact_merges_other_id_fkey REFERENCES contacts (id) ON DELETE CASCADE,
  actor_kind text NOT NULL CONSTRAINT contact_merges_actor_kind_check CHECK (length(actor_kind) <= 50),
  actor_id uuid,
  moved jsonb NOT NULL DEFAULT '{}',
  merged_at timestamptz NOT NULL,
  undone_at timestamptz,
  undone_by uuid,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_contact_merges_kept_id ON contact_merges (kept_id, merged_at);
-- One is joined into another once at a time, whoever asks for it meanwhile.
CREATE UNIQUE INDEX contact_merges_other_id_key ON contact_merges (other_id) WHERE undone_at IS NULL;

-- A file of contacts on its way in. Its rows are staged, so that a crash costs nothing: a row and its outcome change together.
CREATE TABLE contact_imports (
  id uuid CONSTRAINT contact_imports_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT contact_imports_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  user_id uuid NOT NULL,
  file_name text NOT NULL CONSTRAINT contact_imports_file_name_check CHECK (length(file_name) BETWEEN 1 AND 255),
  state text NOT NULL DEFAULT 'reading' CONSTRAINT contact_imports_state_check
    CHECK (state IN ('reading', 'mapping', 'checking', 'checked', 'importing', 'done', 'cancelled')),
  columns text[] NOT NULL DEFAULT '{}',
  options jsonb NOT NULL DEFAULT '{}',
  total_rows integer NOT NULL DEFAULT 0,
  -- How far the check, or the import, has come.
  done_rows integer NOT NULL DEFAULT 0,
  finished_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_contact_imports_created_at ON contact_imports (created_at);

CREATE TABLE contact_import_rows (
  import_id uuid NOT NULL CONSTRAINT contact_import_rows_import_id_fkey REFERENCES contact_imports (id) ON DELETE CASCADE,
  row_number integer NOT NULL,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT contact_import_rows_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  -- The line of the file where it begins, as an editor counts; what stood there, as an array of texts.
  line_number integer NOT NULL,
  cells jsonb NOT NULL,
  -- Why it could not be read; what is wrong with its values is in problems.
  broken text CONSTRAINT contact_import_rows_broken_check CHECK (length(broken) <= 50),
  phone_key text,
  email_key text,
  outcome text CONSTRAINT contact_import_rows_outcome_check CHECK (outcome IN ('create', 'update', 'skip', 'error')),
  problems jsonb NOT NULL DEFAULT '{}',
  -- Set in the transaction that wrote the contact.
  is_applied boolean NOT NULL DEFAULT false,
  contact_id uuid CONSTRAINT contact_import_rows_contact_id_fkey REFERENCES contacts (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT contact_import_rows_pkey PRIMARY KEY (import_id, row_number)
) WITH (fillfactor = 70);
CREATE INDEX idx_contact_import_rows_phone_key ON contact_import_rows (phone_key, import_id, row_number) WHERE phone_key IS NOT NULL;
CREATE INDEX idx_contact_import_rows_email_key ON contact_import_rows (email_key, import_id, row_number) WHERE email_key IS NOT NULL;
CREATE INDEX idx_contact_import_rows_contact_id ON contact_import_rows (contact_id) WHERE contact_id IS NOT NULL;

-- What is still to be forgotten outside these tables: files and raw webhook bodies. The row goes when that is done.
CREATE TABLE contact_erasures (
  id uuid CONSTRAINT contact_erasures_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT contact_erasures_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  words text[] NOT NULL DEFAULT '{}',
  file_hashes text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);

SELECT shared.secure_tenant_table('{{schema}}.' || t, '{{tenant}}')
  FROM unnest(ARRAY['contact_consents', 'contact_merges', 'contact_imports', 'contact_import_rows', 'contact_erasures']) t;

-- ---------------------------------------------------------------- search

CREATE POLICY search_read ON contact_identities FOR SELECT TO flame_search USING (true);
GRANT SELECT (id, contact_id, value, phone_key) ON contact_identities TO flame_search;
GRANT SELECT (name, phone_key, custom_fields) ON contacts TO flame_search;

-- By name, number in any of its forms, address, or a name on a channel; who wrote last first. Each part is cut off by
-- itself, so that a word that many have costs no more than a rare one.
CREATE FUNCTION search_contact_book(asked text, at_most integer DEFAULT 200) RETURNS TABLE (contact_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  folded constant text := trim(shared.fold(left(asked, 200)));
  digits constant text := CASE WHEN folded ~ '^[-+0-9 ().]+$' THEN regexp_replace(folded, '[^0-9]', '', 'g') END;
  words constant text[] := regexp_split_to_array(coalesce(digits, folded), '\s+');
  most constant integer := least(at_most, 1000);
  number_key constant text := shared.phone_key(digits);
  patterns text[];
BEGIN
  IF current_setting('app.current_tenant_id', true) IS DISTINCT FROM '{{tenant}}' OR words IS NULL OR words = '{""}' THEN RETURN; END IF;
  SELECT array_agg('%' || CASE WHEN length(w) < 3 THEN ' ' ELSE '' END || regexp_replace(w, '([\\%_])', '\\\1', 'g') || '%' ORDER BY length(w) DESC)
    INTO patterns FROM unnest(words) w;
  RETURN QUERY
    SELECT f.id FROM (
      (SELECT c.id, c.last_interaction_at FROM {{schema}}.contacts c
        WHERE c.search_text LIKE patterns[1] AND c.merged_into IS NULL
          AND NOT EXISTS (SELECT FROM unnest(patterns[2:]) p WHERE c.search_text NOT LIKE p)
        ORDER BY c.last_interaction_at DESC NULLS LAST, c.id DESC LIMIT most)
      UNION
      (SELECT c.id, c.last_interaction_at FROM {{schema}}.contact_identities i JOIN {{schema}}.contacts c ON c.id = i.contact_id
        WHERE cardinality(words) = 1 AND length(words[1]) > 2 AND shared.fold(i.value) LIKE patterns[1] LIMIT most)
      UNION
      (SELECT c.id, c.last_interaction_at FROM {{schema}}.contacts c WHERE c.phone_key = number_key AND c.merged_into IS NULL LIMIT most)
      UNION
      (SELECT c.id, c.last_interaction_at FROM {{schema}}.contact_identities i JOIN {{schema}}.contacts c ON c.id = i.contact_id
        WHERE i.phone_key = number_key LIMIT most)) f
     ORDER BY f.last_interaction_at DESC NULLS LAST, f.id DESC LIMIT most;
END;
$$;

-- Whose own fields hold these values.
CREATE FUNCTION search_contact_fields(wanted jsonb, at_most integer DEFAULT 200) RETURNS TABLE (contact_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  IF current_setting('app.current_tenant_id', true) IS DISTINCT FROM '{{tenant}}' OR wanted IN ('{}', 'null') THEN RETURN; END IF;
  RETURN QUERY
    SELECT c.id FROM {{schema}}.contacts c WHERE c.custom_fields @> wanted AND c.merged_into IS NULL
     ORDER BY c.last_interaction_at DESC NULLS LAST, c.id DESC LIMIT least(at_most, 1000);
END;
$$;

-- Who may be the same person: the name is like this one's.
CREATE FUNCTION search_similar_contacts(subject uuid, at_most integer DEFAULT 5) RETURNS TABLE (contact_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  wanted text;
BEGIN
  IF current_setting('app.current_tenant_id', true) IS DISTINCT FROM '{{tenant}}' THEN RETURN; END IF;
  SELECT shared.fold(c.name) INTO wanted FROM {{schema}}.contacts c WHERE c.id = subject;
  -- A first name alone is nobody in particular.
  IF wanted IS NULL OR wanted !~ '\S\s+\S' OR length(wanted) < 7 THEN RETURN; END IF;
  RETURN QUERY
    SELECT c.id FROM {{schema}}.contacts c
     WHERE wanted OPERATOR(public.<%) c.search_text AND c.id <> subject AND c.merged_into IS NULL
       AND public.similarity(wanted, shared.fold(c.name)) > 0.6
     ORDER BY public.similarity(wanted, shared.fold(c.name)) DESC, c.id LIMIT least(at_most, 50);
END;
$$;

GRANT CREATE ON SCHEMA {{schema}} TO flame_search;
ALTER FUNCTION search_contact_book(text, integer) OWNER TO flame_search;
ALTER FUNCTION search_contact_fields(jsonb, integer) OWNER TO flame_search;
ALTER FUNCTION search_similar_contacts(uuid, integer) OWNER TO flame_search;
REVOKE CREATE ON SCHEMA {{schema}} FROM flame_search;
