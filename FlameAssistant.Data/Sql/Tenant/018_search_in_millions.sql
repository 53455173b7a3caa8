-- Both searches at ten million messages and half a million contacts.
DROP FUNCTION search_messages(text, timestamptz, uuid, integer);
DROP FUNCTION search_contacts(text, integer);

-- Newest first; the last row's (created_at, id) asks for the next page. Two thousand messages say whether a word is rare: one
-- that none of them holds comes from the word index at once, whose hits are then few. Of others eight thousand are looked
-- through, where a frequent word fills the page. Without sequential scans: the guess of how many messages hold the words is too
-- high by so much (they are asked for in three languages) that reading all of them may look cheaper than the index.
CREATE FUNCTION search_messages(asked text, before_at timestamptz DEFAULT NULL, before_id uuid DEFAULT NULL, at_most integer DEFAULT 50)
RETURNS TABLE (message_id uuid, conversation_id uuid, created_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
DECLARE
  words constant tsquery := shared.search_query(asked);
  from_at constant timestamptz := coalesce(before_at, 'infinity');
  from_id constant uuid := coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  wanted constant integer := least(at_most, 200);
  look integer;
  given integer := 0;
  found_now integer;
BEGIN
  IF current_setting('app.current_tenant_id', true) IS DISTINCT FROM '{{tenant}}' OR numnode(words) = 0 THEN RETURN; END IF;
  -- All looks see the same moment, so the first ones of each are those already given.
  FOREACH look IN ARRAY ARRAY[2000, 8000] LOOP
    RETURN QUERY
      SELECT n.id, n.conversation_id, n.created_at
        FROM (SELECT m.id, m.conversation_id, m.created_at, m.deleted_at, m.search FROM {{schema}}.messages m
               WHERE (m.created_at, m.id) < (from_at, from_id)
               ORDER BY m.created_at DESC, m.id DESC LIMIT look) n
       WHERE n.search @@ words AND n.deleted_at IS NULL
       ORDER BY n.created_at DESC, n.id DESC OFFSET given LIMIT wanted - given;
    GET DIAGNOSTICS found_now = ROW_COUNT;
    given := given + found_now;
    IF given >= wanted THEN RETURN; END IF;
    EXIT WHEN given = 0;
  END LOOP;
  RETURN QUERY
    WITH hits AS MATERIALIZED (
      SELECT m.id, m.conversation_id, m.created_at FROM {{schema}}.messages m
       WHERE m.search @@ words AND m.deleted_at IS NULL)
    SELECT h.id, h.conversation_id, h.created_at FROM hits h
     WHERE (h.created_at, h.id) < (from_at, from_id)
     ORDER BY h.created_at DESC, h.id DESC OFFSET given LIMIT wanted - given;
END;
$$;

-- Every word must occur, in any order; words of one or two letters count where a word begins, numbers with or without
-- their spaces and signs. The three longest are conditions of their own, so that the index is asked for all of them: by one
-- alone, a frequent name gives a tenth of all contacts to look through.
CREATE FUNCTION search_contacts(asked text, at_most integer DEFAULT 50) RETURNS TABLE (contact_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  folded constant text := trim(shared.fold(left(asked, 200)));
  words text[] := regexp_split_to_array(
    CASE WHEN folded ~ '^[-+0-9 ().]+$' THEN regexp_replace(folded, '[^0-9]', '', 'g') ELSE folded END, '\s+');
  patterns text[];
  second text;
  third text;
BEGIN
  IF current_setting('app.current_tenant_id', true) IS DISTINCT FROM '{{tenant}}' OR words IS NULL OR words = '{""}' THEN RETURN; END IF;
  SELECT array_agg('%' || CASE WHEN length(w) < 3 THEN ' ' ELSE '' END || regexp_replace(w, '([\\%_])', '\\\1', 'g') || '%' ORDER BY length(w) DESC)
    INTO patterns FROM unnest(words) w;
  second := coalesce(patterns[2], patterns[1]);
  third := coalesce(patterns[3], patterns[1]);
  RETURN QUERY
    SELECT c.id FROM {{schema}}.contacts c
     WHERE c.search_text LIKE patterns[1] AND c.search_text LIKE second AND c.search_text LIKE third AND c.merged_into IS NULL
       AND NOT EXISTS (SELECT FROM unnest(patterns[4:]) p WHERE c.search_text NOT LIKE p)
     ORDER BY c.last_interaction_at DESC NULLS LAST, c.id DESC LIMIT least(at_most, 200);
END;
$$;

GRANT CREATE ON SCHEMA {{schema}} TO flame_search;
ALTER FUNCTION search_messages(text, timestamptz, uuid, integer) OWNER TO flame_search;
ALTER FUNCTION search_contacts(text, integer) OWNER TO flame_search;
REVOKE CREATE ON SCHEMA {{schema}} FROM flame_search;
