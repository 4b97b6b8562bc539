"""Steps 2 to 4 by SQL in DuckDB, on generated shards: `bench_counts` runs this file in an environment that has DuckDB.

One thread, as the other sides. What several tables rest on is kept as a table; ids are numbers while they are counted.
"""

import sys
from pathlib import Path

import duckdb
from sides import tell

#: k: a key point, c: its case, h: its heading, t: a theme, g: a general theme, r: a refined one.
PREPARED = """
set threads = 1;
create table book as select * from read_csv('{folder}/codebook.csv', header = true, all_varchar = true, nullstr = '');
create table heading as select unnest({headings}) as id, generate_subscripts({headings}, 1) as h;
create table general as
    select row_number() over (order by id) as g, id, parent as refined from book where level = 'general';
create table theme as
    select row_number() over (order by book.id) as t, book.id, h, g from book
    join heading on heading.id = book.heading join general on general.id = book.parent where level = 'theme';
create table coded as
    select c.shard * 10000000 + p."case" as c, c.shard * 1000000000 + c.keypoint as k, heading.h, t, direction = 'supports' as supports
    from (select *, regexp_extract(filename, '(\\d+)-of', 1)::bigint as shard
          from read_parquet('{folder}/shards/*/codings.parquet', filename = true)) c
    join (select *, regexp_extract(filename, '(\\d+)-of', 1)::bigint as shard
          from read_parquet('{folder}/shards/*/keypoints.parquet', filename = true, file_row_number = true)) p
        on p.shard = c.shard and p.file_row_number = c.keypoint
    join heading on heading.id = p.heading left join theme on theme.id = c.theme
    where coder = 'ada';
create table could as select distinct c, h from coded;
create table carry as select distinct c, t from coded where supports and t is not null;
create table themes as
    select t, id, h, g, coalesce(points, 0) as points, coalesce(contradicting, 0) as contradicting, coalesce(cases, 0) as cases
    from theme left join (select t, count(*) filter (supports) as points, count(*) filter (not supports) as contradicting
                          from coded group by t) using (t)
    left join (select t, count(*) as cases from carry group by t) using (t);
create table spans as select g, h from themes where cases >= 2 group by g, h;
create table supported as select g from spans group by g having count(*) >= 2;
create table of_point as
    select distinct k, c, h, g from coded join (select t, g from themes where cases >= 2) using (t) where supports;
create table of_case as select distinct c, g from of_point;
create table open_to as select distinct c, g from could join (select distinct h, g from theme) using (h);
create table open_carry as select c, g from of_case join open_to using (c, g);
create table side as
    select distinct k, c, g, heading.id as side from coded join theme using (t) join heading on heading.h = coded.h
    where supports and heading.id in ('enablers', 'barriers');
create table verdicts as
    select mc, mh, general.g, general.refined, coalesce(number, 0) >= mh as supported
    from range(1, 7) _(mc) cross join range(1, 7) _(mh) cross join general
    left join (select mc, g, count(distinct h) as number from range(1, 7) _(mc) join themes on cases >= mc group by mc, g)
        using (mc, g);
"""
TABLES = {
    "themes": """select id, points, contradicting, cases, of_cases, cases >= 2 from themes
        join (select h, count(*) as of_cases from could group by h) using (h)""",
    "general": """select id, coalesce(number, 0), coalesce(number, 0), g in (from supported), points, cases from general
        left join (select g, count(*) as number from spans group by g) using (g)
        left join (select g, count(distinct k) as points, count(distinct c) as cases from of_point group by g) using (g)""",
    "by heading": """select general.id, heading.id, coalesce(points, 0), coalesce(cases, 0) from general cross join heading
        left join (select g, h, count(distinct k) as points, count(distinct c) as cases from of_point group by g, h)
            using (g, h)""",
    "overlaps": """select one.id, other.id, coalesce(points, 0), coalesce(cases, 0) from general one
        join general other on one.g < other.g
        left join (select a.g as one_g, b.g as other_g, count(*) as points from of_point a
                   join of_point b on a.k = b.k and a.g < b.g group by all) on one_g = one.g and other_g = other.g
        left join (select a.g as one_c, b.g as other_c, count(*) as cases from of_case a
                   join of_case b on a.c = b.c and a.g < b.g group by all) on one_c = one.g and other_c = other.g
        where one.g in (from supported) and other.g in (from supported)""",
    "refined": """select book.id, coalesce(points, 0), coalesce(cases, 0), points is not null from book
        left join (select refined, count(distinct k) as points, count(distinct c) as cases from of_point
                   join general using (g) where g in (from supported) group by refined) on refined = book.id
        where level = 'refined'""",
    "sides": """select id, count(distinct k) filter (side = 'enablers'), count(distinct c) filter (side = 'enablers'),
        count(distinct k) filter (side = 'barriers'), count(distinct c) filter (side = 'barriers')
        from side join general using (g) group by id""",
    "together": """
        with pair as (select a.t as one_t, b.t as other_t, count(*) as number from carry a
                      join carry b on a.c = b.c and a.t < b.t group by all),
             alone as (select t, h, count(*) as number from carry join could using (c) group by all),
             room as (select a.h as one_h, b.h as other_h, count(*) as number from could a join could b using (c) group by all),
             pair_g as (select a.g as one_g, b.g as other_g, count(*) as number from open_carry a
                        join open_carry b on a.c = b.c and a.g < b.g group by all),
             alone_g as (select a.g as own, b.g as beside, count(*) as number from open_carry a join open_to b using (c) group by all),
             room_g as (select a.g as one_g, b.g as other_g, count(*) as number from open_to a join open_to b using (c) group by all)
        select 'theme', one.id, other.id, room.number, p.number, q.number, coalesce(pair.number, 0)
        from themes one join themes other on one.t < other.t and one.cases >= 2 and other.cases >= 2
        join room on one_h = one.h and other_h = other.h
        join alone p on p.t = one.t and p.h = other.h join alone q on q.t = other.t and q.h = one.h
        left join pair on one_t = one.t and other_t = other.t
        union all
        select 'general', one.id, other.id, room_g.number, p.number, q.number, coalesce(pair_g.number, 0)
        from general one join general other on one.g < other.g
        join room_g on room_g.one_g = one.g and room_g.other_g = other.g
        join alone_g p on p.own = one.g and p.beside = other.g join alone_g q on q.own = other.g and q.beside = one.g
        left join pair_g on pair_g.one_g = one.g and pair_g.other_g = other.g
        where one.g in (from supported) and other.g in (from supported)""",
    # Each heading is its own group, so that the rule on groups gives the same.
    "thresholds": """
        with every as (select mc, mh, 'general' as level, id, supported from verdicts join general using (g) union all
                       select mc, mh, 'refined', refined, bool_or(supported) from verdicts group by mc, mh, refined)
        select mc, mh, grouped, level, id, supported from every cross join (values (true), (false)) _(grouped)""",
}


def count(folder: Path) -> dict[str, list]:
    """Every table of steps 2 to 4, with co-occurrence and thresholds."""
    headings = ["aims", "methods", "impact", "outcomes", "enablers", "barriers"]
    duckdb.sql(PREPARED.format(folder=folder, headings=headings))
    return {name: duckdb.sql(text).fetchall() for name, text in TABLES.items()}


if __name__ == "__main__":
    tell(lambda: count(Path(sys.argv[1])))
