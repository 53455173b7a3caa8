-- What searching and encrypting in SQL stand on.

-- In shared and not in public: flame_owner owns shared and may not create in public, and a name with its schema is found
-- whatever the search path is, which generated columns and refreshes need.
CREATE TEXT SEARCH CONFIGURATION shared.es (COPY = pg_catalog.spanish);
ALTER TEXT SEARCH CONFIGURATION shared.es ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, pg_catalog.spanish_stem;
CREATE TEXT SEARCH CONFIGURATION shared.en (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION shared.en ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, pg_catalog.english_stem;
CREATE TEXT SEARCH CONFIGURATION shared.pt (COPY = pg_catalog.portuguese);
ALTER TEXT SEARCH CONFIGURATION shared.pt ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, pg_catalog.portuguese_stem;

-- A customer's language is seldom known: a text is indexed in all three, and a question is asked in all three. Only the
-- beginning counts, since one over-long text would be an error of its insert.
CREATE FUNCTION shared.search_vector(body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_tsvector('shared.es'::regconfig, left(body, 20000)) || to_tsvector('shared.en'::regconfig, left(body, 20000))
    || to_tsvector('shared.pt'::regconfig, left(body, 20000));

CREATE FUNCTION shared.search_query(asked text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN websearch_to_tsquery('shared.es'::regconfig, left(asked, 200)) || websearch_to_tsquery('shared.en'::regconfig, left(asked, 200))
    || websearch_to_tsquery('shared.pt'::regconfig, left(asked, 200));

-- Small letters without accents. Immutable as long as the dictionary's rules are: unaccent is only called stable because
-- a search path could change which one it means, and here it is named.
CREATE FUNCTION shared.fold(body text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(public.unaccent('public.unaccent'::regdictionary, body));

-- The seed's functions, for use in SQL. The product encrypts in .NET, so that no key travels in a statement. The seed's
-- pair does not fit together (pgp_sym_decrypt takes bytea): here the text is base64.
CREATE FUNCTION shared.encrypt_sensitive_data(data text, key text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RETURN encode(public.pgp_sym_encrypt(data, key), 'base64');
END;
$$;
CREATE FUNCTION shared.decrypt_sensitive_data(encrypted_data text, key text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RETURN public.pgp_sym_decrypt(decode(encrypted_data, 'base64'), key);
END;
$$;

GRANT USAGE ON SCHEMA shared TO flame_search;
GRANT EXECUTE ON FUNCTION shared.search_vector(text), shared.search_query(text), shared.fold(text) TO flame_app, flame_search;
GRANT EXECUTE ON FUNCTION shared.encrypt_sensitive_data(text, text), shared.decrypt_sensitive_data(text, text) TO flame_platform;
