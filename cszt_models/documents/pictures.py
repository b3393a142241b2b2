"""Pictures of a document as PNG, at a resolution that prints."""

import re

SCALE = 2.5  # pixels to a point of the SVG, about 240 to the inch
_SIZE = re.compile(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"')


def png_of(svg: str) -> bytes:
    """A picture as PNG."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(svg, scale=SCALE))


def size_of(svg: str) -> tuple[float, float]:
    """Width and height of a picture, in points.

    Examples
    --------
    >>> size_of('<svg viewBox="0 0 300 150" width="300"></svg>')
    (300.0, 150.0)
    """
    size = _SIZE.search(svg)
    return (float(size[1]), float(size[2])) if size else (600.0, 400.0)
