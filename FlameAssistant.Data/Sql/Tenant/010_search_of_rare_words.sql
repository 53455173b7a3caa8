-- A question is asked in three languages at once, and the planner takes an OR of three words for a frequent one: it walked
-- the newest messages back, through all of them where a word is rare. Here the newest few thousand are looked through
-- first, where a frequent word fills the page; only a rarer one comes from the word index, whose hits are then few.
DROP FUNCTION search_messages(text, timestamptz, uuid, integer);

-- Newest first; the last row's (created_at, id) asks for the next page. Without sequential scans: the guess of how many
-- messages hold the words is too high by so much that reading all of them may look cheaper than the index.
CREATE FUNCTION search_messages(asked text, before_at timestamptz DEFAULT NULL, before_id uuid DEFAULT NULL, at_most integer DEFAULT 50)
RETURNS TABLE (message_id uuid, conversation_id uuid, created_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
DECLARE
  words constant tsquery := shared.search_query(asked);
  from_at constant timestamptz := coalesce(before_at, 'infinity');
  from_id constant uuid := coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  wanted constant integer := least(at_most, 200);
  found_near integer;
BEGIN
  IF current_setting('app.current_tenant_id', true) IS DISTINCT FROM '{{tenant}}' OR numnode(words) = 0 THEN RETURN; END IF;
  RETURN QUERY
    SELECT n.id, n.conversation_id, n.created_at
      FROM (SELECT m.id, m.conversation_id, m.created_at, m.deleted_at, m.search FROM {{schema}}.messages m
             WHERE (m.created_at, m.id) < (from_at, from_id)
             ORDER BY m.created_at DESC, m.id DESC LIMIT 8000) n
     WHERE n.search @@ words AND n.deleted_at IS NULL
     ORDER BY n.created_at DESC, n.id DESC LIMIT wanted;
  GET DIAGNOSTICS found_near = ROW_COUNT;
  IF found_near >= wanted THEN RETURN; END IF;
  -- Both looks see the same moment, so the first ones of this are those already given.
  RETURN QUERY
    WITH hits AS MATERIALIZED (
      SELECT m.id, m.conversation_id, m.created_at FROM {{schema}}.messages m
       WHERE m.search @@ words AND m.deleted_at IS NULL)
    SELECT h.id, h.conversation_id, h.created_at FROM hits h
     WHERE (h.created_at, h.id) < (from_at, from_id)
     ORDER BY h.created_at DESC, h.id DESC OFFSET found_near LIMIT wanted - found_near;
END;
$$;

GRANT CREATE ON SCHEMA {{schema}} TO flame_search;
ALTER FUNCTION search_messages(text, timestamptz, uuid, integer) OWNER TO flame_search;
REVOKE CREATE ON SCHEMA {{schema}} FROM flame_search;
