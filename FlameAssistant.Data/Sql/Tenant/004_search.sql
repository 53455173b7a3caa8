-- Search. Row-level security keeps full text and trigrams from their indexes (their operators are not leakproof), so it
-- goes through functions of flame_search, whose policy is plainly true; they test the tenant themselves and return ids.

ALTER TABLE messages ADD COLUMN search tsvector GENERATED ALWAYS AS (shared.search_vector(content)) STORED;
CREATE INDEX idx_messages_search ON messages USING gin (search);
CREATE INDEX idx_document_chunks_search ON document_chunks USING gin (search);
CREATE INDEX idx_document_chunks_content ON document_chunks USING gin (shared.fold(content) public.gin_trgm_ops);

-- The space in front lets a short question find the beginnings of words.
ALTER TABLE contacts ADD COLUMN search_text text GENERATED ALWAYS AS
  (shared.fold(' ' || coalesce(name, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(email, ''))) STORED;
CREATE INDEX idx_contacts_search_text ON contacts USING gin (search_text public.gin_trgm_ops);

CREATE POLICY search_read ON messages FOR SELECT TO flame_search USING (true);
CREATE POLICY search_read ON contacts FOR SELECT TO flame_search USING (true);
CREATE POLICY search_read ON document_chunks FOR SELECT TO flame_search USING (true);
GRANT USAGE ON SCHEMA {{schema}} TO flame_search;
GRANT SELECT (id, conversation_id, created_at, deleted_at, search) ON messages TO flame_search;
GRANT SELECT (id, search_text, merged_into, last_interaction_at) ON contacts TO flame_search;
GRANT SELECT (id, document_id, content, search) ON document_chunks TO flame_search;

-- Newest first; the last row's (created_at, id) asks for the next page. The plan is made for the words at hand: rare ones
-- come from the word index, frequent ones from the newest messages backwards.
CREATE FUNCTION search_messages(asked text, before_at timestamptz DEFAULT NULL, before_id uuid DEFAULT NULL, at_most integer DEFAULT 50)
RETURNS TABLE (message_id uuid, conversation_id uuid, created_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  words constant tsquery := shared.search_query(asked);
BEGIN
  IF current_setting('app.current_tenant_id', true) IS DISTINCT FROM '{{tenant}}' OR numnode(words) = 0 THEN RETURN; END IF;
  RETURN QUERY
    SELECT m.id, m.conversation_id, m.created_at FROM {{schema}}.messages m
     WHERE m.search @@ words AND m.deleted_at IS NULL
       AND (m.created_at, m.id) < (coalesce(before_at, 'infinity'), coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
     ORDER BY m.created_at DESC, m.id DESC LIMIT least(at_most, 200);
END;
$$;

-- Every word must occur, in any order; words of one or two letters count where a word begins, numbers with or without
-- their spaces and signs.
CREATE FUNCTION search_contacts(asked text, at_most integer DEFAULT 50) RETURNS TABLE (contact_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  folded constant text := trim(shared.fold(left(asked, 200)));
  words text[] := regexp_split_to_array(
    CASE WHEN folded ~ '^[-+0-9 ().]+$' THEN regexp_replace(folded, '[^0-9]', '', 'g') ELSE folded END, '\s+');
  patterns text[];
BEGIN
  IF current_setting('app.current_tenant_id', true) IS DISTINCT FROM '{{tenant}}' OR words IS NULL OR words = '{""}' THEN RETURN; END IF;
  SELECT array_agg('%' || CASE WHEN length(w) < 3 THEN ' ' ELSE '' END || regexp_replace(w, '([\\%_])', '\\\1', 'g') || '%' ORDER BY length(w) DESC)
    INTO patterns FROM unnest(words) w;
  RETURN QUERY
    SELECT c.id FROM {{schema}}.contacts c
     WHERE c.search_text LIKE patterns[1] AND c.merged_into IS NULL
       AND NOT EXISTS (SELECT FROM unnest(patterns[2:]) p WHERE c.search_text NOT LIKE p)
     ORDER BY c.last_interaction_at DESC NULLS LAST, c.id DESC LIMIT least(at_most, 200);
END;
$$;

-- The best passages of the knowledge: by words, and where no word is found by likeness, which forgives misspelling.
CREATE FUNCTION search_document_chunks(asked text, at_most integer DEFAULT 8)
RETURNS TABLE (chunk_id uuid, document_id uuid, score real)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  words constant tsquery := shared.search_query(asked);
  folded constant text := shared.fold(left(asked, 200));
BEGIN
  IF current_setting('app.current_tenant_id', true) IS DISTINCT FROM '{{tenant}}' THEN RETURN; END IF;
  RETURN QUERY
    SELECT d.id, d.document_id, ts_rank(d.search, words) FROM {{schema}}.document_chunks d
     WHERE d.search @@ words ORDER BY 3 DESC, d.id LIMIT least(at_most, 50);
  IF NOT FOUND THEN
    RETURN QUERY
      SELECT d.id, d.document_id, public.word_similarity(folded, shared.fold(d.content)) FROM {{schema}}.document_chunks d
       WHERE folded OPERATOR(public.<%) shared.fold(d.content) ORDER BY 3 DESC, d.id LIMIT least(at_most, 50);
  END IF;
END;
$$;

-- To own them, flame_search needs CREATE for a moment.
GRANT CREATE ON SCHEMA {{schema}} TO flame_search;
ALTER FUNCTION search_messages(text, timestamptz, uuid, integer) OWNER TO flame_search;
ALTER FUNCTION search_contacts(text, integer) OWNER TO flame_search;
ALTER FUNCTION search_document_chunks(text, integer) OWNER TO flame_search;
REVOKE CREATE ON SCHEMA {{schema}} FROM flame_search;
