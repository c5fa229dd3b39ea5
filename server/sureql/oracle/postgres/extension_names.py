"""Functions and types of well-known extensions, which a schema may use without saying so.

`CREATE EXTENSION` is often run by hand or by the host, so such a name is no proof of a mistake.
"""

from __future__ import annotations

from sureql.oracle.postgres.type_names import words

_FUNCTIONS = words(
    """
    akeys approximate_row_count armor avals binary_quantize boolop connectby cosine_distance crypt
    cube dearmor decrypt decrypt_iv defined delete difference digest distance_chebyshev
    distance_taxicab each earth earth_box earth_distance encrypt encrypt_iv exist exists_all
    exists_any first gc_to_sec gen_random_bytes gen_salt gen_ulid geo_distance geometrytype
    hamming_distance histogram hmac icount idx inner_product int_array_aggregate int_array_enum
    interpolate intset is_valid isbn isbn13 isdefined ismn ismn13 issn issn13 jaccard_distance
    json_matches_schema jsonb_matches_schema l1_distance l2_distance l2_normalize last latitude lca
    levenshtein levenshtein_less_equal ll_to_earth locf longitude make_valid metaphone nanoid nlevel
    normal_rand pg_prewarm pg_relpages pgrowlocks populate_record querytree sec_to_gc set_limit
    show_limit show_trgm sign similarity skeys slice slice_array sort sort_asc sort_desc soundex
    subarray subltree subpath subvector svals system_rows system_time tconvert text2ltree
    text_soundex ulid unaccent uniq upc verify word_similarity strict_word_similarity
    """
)
_TYPES = words(
    """
    box2d box3d citext cube ean13 earth geography geometry halfvec hll hstore isbn isbn13 ismn
    ismn13 issn issn13 lo lquery ltree ltxtquery query_int raster roaringbitmap seg sparsevec
    tdigest topogeometry ulid upc vector h3index semver
    """
)
_BEGINNINGS = tuple(
    words(
        """
        st_ postgis_ dblink citext hstore ltree seg_ cube_ crosstab xpath_ xml_ pgp_ uuid_ ssl_
        pgstat pg_stat_statements pg_buffercache pg_freespace dmetaphone h3_ hll_ rb_ pgr_
        pgroonga_ http_ time_bucket vector_ halfvec_ sparsevec_ create_ add_ drop_ alter_ tdigest
        approx_ topn_ cron_ postgres_fdw_ pgmq_ partman_
        """
    )
)


def is_function(name: str) -> bool:
    """True if a well-known extension has a function of that name."""
    return name in _FUNCTIONS or name.startswith(_BEGINNINGS)


def is_type(name: str) -> bool:
    """True if a well-known extension has a type of that name."""
    return name in _TYPES
