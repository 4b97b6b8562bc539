"""Make uk-outline.geojson: the United Kingdom, with its neighbours on the same islands as context.

Usage: python3 make_outline.py countries-10m.json [uk-outline.geojson]

Input: countries-10m.json of the npm package world-atlas (TopoJSON made from Natural Earth 1:10m).
Output: GeoJSON (RFC 7946), one feature per line, longitude and latitude in degrees (WGS 84). The same
input gives the same bytes. Python's standard library only.
"""

import json
import math
import sys
from itertools import accumulate

COUNTRIES = {"372": "Ireland", "833": "Isle of Man", "826": "United Kingdom"}  # ISO 3166-1 numeric
DECIMALS = 3  # about 100 m
TOLERANCE = 0.001  # degrees: points nearer than this to the line between their neighbours are dropped
SMALLEST_KM2 = 3.0  # smaller islets and holes are dropped
KM_PER_DEGREE = 111.195  # sphere of radius 6371 km
LARGEST_BYTES = 150_000


def decode_arcs(topology):
    """Return the arcs as lists of (longitude, latitude): running sums of the deltas, then the transform."""
    (scale_x, scale_y), (shift_x, shift_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    return [
        [
            (x * scale_x + shift_x, y * scale_y + shift_y)
            for x, y in accumulate(arc, lambda a, b: (a[0] + b[0], a[1] + b[1]))
        ]
        for arc in topology["arcs"]
    ]


def thin(line):
    """Drop points that the line hardly needs (Douglas and Peucker 1973); the two ends stay."""
    (x1, y1), (x2, y2) = line[0], line[-1]
    dx, dy = x2 - x1, y2 - y1
    length2 = dx * dx + dy * dy

    def distance(point):
        x, y = point[0] - x1, point[1] - y1
        t = min(1, max(0, (x * dx + y * dy) / length2)) if length2 else 0
        return math.hypot(x - t * dx, y - t * dy)

    far, at = max(((distance(p), i) for i, p in enumerate(line[1:-1], 1)), default=(0, 0))
    if far < TOLERANCE:
        return [line[0], line[-1]]
    return thin(line[: at + 1])[:-1] + thin(line[at:])


def stitch(indices, arcs):
    """Join arcs into a closed ring; ~i is arc i read backwards; the shared end points are kept once."""
    ring = []
    for i in indices:
        arc = arcs[i] if i >= 0 else arcs[~i][::-1]
        ring.extend(arc[1:] if ring else arc)
    return ring


def signed_area(ring):
    """Return the area of a closed ring in km2, positive if it runs counter-clockwise.

    Longitudes are shrunk by the cosine of the ring's middle latitude: good to a few per cent here.
    """
    lats = [lat for _, lat in ring]
    shrink = math.cos(math.radians((min(lats) + max(lats)) / 2))
    twice = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:]))
    return twice / 2 * shrink * KM_PER_DEGREE**2


def tidy(ring, counter_clockwise):
    """Round, drop repeated points, start at the smallest point, and turn the ring the given way round."""
    points = []
    for x, y in ring:
        point = (round(x, DECIMALS), round(y, DECIMALS))
        if not points or point != points[-1]:
            points.append(point)
    points.pop()  # the closing point
    if (signed_area([*points, points[0]]) > 0) != counter_clockwise:
        points.reverse()
    first = points.index(min(points))
    points = points[first:] + points[:first]
    return [list(p) for p in [*points, points[0]]]


def polygons(geometry, arcs):
    """Return the polygons of a country, largest first, without what is too small to be seen."""
    parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    kept = []
    for part in parts:
        outer, *holes = (stitch(indices, arcs) for indices in part)
        if abs(signed_area(outer)) < SMALLEST_KM2:
            continue
        holes = [tidy(h, False) for h in holes if abs(signed_area(h)) >= SMALLEST_KM2]
        kept.append([tidy(outer, True), *sorted(holes)])
    return sorted(kept, key=lambda p: (-signed_area(p[0]), p[0][0]))


def main(source, target="uk-outline.geojson"):
    with open(source, encoding="utf-8") as file:
        topology = json.load(file)
    arcs = [thin(arc) for arc in decode_arcs(topology)]  # arc by arc, so that shared borders stay shared
    found = {g.get("id"): g for g in topology["objects"]["countries"]["geometries"] if g.get("id") in COUNTRIES}
    if missing := sorted(set(COUNTRIES) - set(found)):
        sys.exit(f"{source}: no country with id {', '.join(missing)}; expected countries-10m.json of world-atlas")
    lines = []
    for code, name in sorted(COUNTRIES.items(), key=lambda item: item[1]):
        feature = {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "MultiPolygon", "coordinates": polygons(found[code], arcs)},
        }
        lines.append(json.dumps(feature, separators=(",", ":")))
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    if len(text) > LARGEST_BYTES:
        sys.exit(f"{target}: {len(text)} bytes, expected at most {LARGEST_BYTES}; raise TOLERANCE or SMALLEST_KM2")
    with open(target, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
