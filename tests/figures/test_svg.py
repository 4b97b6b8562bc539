"""The finished SVG does not depend on the version of Python."""

from casesynth.figures.svg import finished

RAW = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">
 <defs>
  <style type="text/css">*{{stroke-linejoin: round}}</style>
 </defs>
 <g id="text_1">
  <text style="font-size: 9px; font-family: 'DejaVu Sans'" x="{x}" y="2">A &amp; B</text>
 </g>
 <g clip-path="url(#{clip})"><use xlink:href="#{mark}" x="1" y="2"/></g>
 <defs><clipPath id="{clip}"/><path id="{mark}" d="M 0.0000001 {x}"/></defs>
</svg>"""


def test_digests_of_unrounded_numbers_leave_no_trace():
    one = finished(RAW.format(x="3.10000000001", clip="p62bf", mark="m1"), "map", "A & B", "Both")
    other = finished(RAW.format(x="3.09999999999", clip="pffff", mark="m2"), "map", "A & B", "Both")
    assert one == other
    assert "url(#map-r0)" in one and '<clipPath id="map-r0"/>' in one and 'xlink:href="#map-r1"' in one
    assert '<title id="map-title">A &amp; B</title>' in one and "<style" not in one and "DejaVu Sans'\"" not in one
