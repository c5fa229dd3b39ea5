"""Names that common extensions of PostgreSQL bring: nothing is certain about them."""

from __future__ import annotations

import re

_FUNCTIONS = frozenset(
    """crypt gen_salt encrypt decrypt encrypt_iv decrypt_iv digest hmac armor dearmor
    gen_random_bytes pgp_sym_encrypt pgp_sym_decrypt pgp_pub_encrypt pgp_pub_decrypt similarity
    show_trgm word_similarity strict_word_similarity show_limit set_limit unaccent akeys avals skeys
    svals each slice delete defined exist hstore hstore_to_array hstore_to_matrix hstore_to_json
    hstore_to_jsonb populate_record soundex difference levenshtein levenshtein_less_equal metaphone
    dmetaphone dmetaphone_alt daitch_mokotoff crosstab crosstab2 crosstab3 crosstab4 crosstabn
    connectby normal_rand icount sort sort_asc sort_desc uniq idx subarray intset intarray
    subltree subpath nlevel index lca text2ltree ltree2text earth_distance earth ll_to_earth
    earth_box latitude longitude cube cube_dim cube_distance dblink dblink_connect dblink_exec
    cosine_distance l2_distance inner_product l1_distance vector_dims vector_norm l2_normalize
    subvector binary_quantize jsonb_matches_schema json_matches_schema uri_encode url_encode
    url_decode sign verify try_cast time_bucket time_bucket_gapfill first last histogram
    create_hypertable add_retention_policy locf interpolate approx_count_distinct tdigest
    pg_stat_statements_reset create_distributed_table run_command_on_workers cron_schedule
    plainto_or_tsquery rum_distance is_valid lo_manage xpath_table xslt_process topn hll_add_agg
    gist_page_opaque_info pgstattuple pgstatindex http_get http_post bt_page_items
    """.split()  # noqa: SIM905
)
_PREFIXES = re.compile(
    r"_?st_|uuid_|uuidv|ulid|pgp_|ltree|ltxt|hll_|hstore|pgr_|postgis|box[23]d|geography|geometry|geom|"
    r"raster|h3_|cron|dblink|pgmq|pg_trgm|isbn|issn|ean|upc|citext|vector|halfvec|sparsevec|topology|"
    r"timescale|toolkit_|bm25|paradedb|ai_|graphql|auth_|nanoid"
)
_TYPES = frozenset(
    """citext hstore ltree lquery ltxtquery cube earth isbn isbn13 issn issn13 ismn ismn13 ean13 upc
    seg vector halfvec sparsevec geometry geography box2d box3d raster topogeometry hll tdigest
    query_int semver uint1 uint2 uint4 uint8 int1 int16 uint16 pg_lsn roaringbitmap ulid bfile
    varchar2 number nvarchar2 h3index lo trgm gtsvector rum_distance agtype prefix_range ip4 ip4r
    ip6 ip6r ipaddress iprange email uri mpaddr currency first_last_agg txid country""".split()  # noqa: SIM905
)


def brings(function: str) -> bool:
    """True if an extension may bring a function of that name."""
    return function in _FUNCTIONS or _PREFIXES.match(function) is not None


def brings_type(name: str) -> bool:
    """True if an extension may bring a type of that name."""
    return name in _TYPES
