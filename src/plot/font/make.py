"""Make plot-regular.ttf and plot-bold.ttf from DejaVu Sans (needs fonttools).

    python3 make.py FOLDER-OF-DEJAVU-SANS

Keeps Latin, Greek, Cyrillic, punctuation, arrows and mathematical signs; drops hinting, layout
tables and all other scripts; renames the fonts, as their licence asks of altered copies.
Every outline also gets an invisible corner at the pen position: plotters places a glyph by the left
edge of its outline and so would lose the space that the designers left before it.
"""

import os
import sys

from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

KEPT = "U+0020-007E,U+00A0-017F,U+0192,U+02C6-02DD,U+0370-03FF,U+0400-045F," \
       "U+2000-206F,U+2070-209F,U+20A0-20BF,U+2100-214F,U+2150-218F," \
       "U+2190-21FF,U+2200-22FF,U+25A0-25FF,U+2713-2718,U+FFFD"


def anchored(font, name):
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    out = TTGlyphPen(None)
    pen.replay(out)
    if pen.value:
        out.moveTo((0, 0))
        out.lineTo((0, 1))
        out.lineTo((0, 0))
        out.closePath()
    return out.glyph()


def make(source, target, style):
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True)
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "kern", "FFTM", "MATH", "gasp"]
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(KEPT))
    subsetter.subset(font)
    glyphs = {name: anchored(font, name) for name in font.getGlyphOrder()}
    for name, glyph in glyphs.items():
        font["glyf"][name] = glyph
        glyph.recalcBounds(font["glyf"])
        advance, _ = font["hmtx"][name]
        font["hmtx"][name] = (advance, getattr(glyph, "xMin", 0))
    table = font["name"]
    for record in list(table.names):
        if record.nameID in (3, 16, 17, 18, 21, 22):
            table.removeNames(nameID=record.nameID)
    for ident, text in ((1, "Taosim Plot"), (2, style), (4, f"Taosim Plot {style}"),
                        (6, f"TaosimPlot-{style}")):
        table.setName(text, ident, 3, 1, 0x409)
        table.setName(text, ident, 1, 0, 0)
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.save(target)


if __name__ == "__main__":
    folder = sys.argv[1]
    make(os.path.join(folder, "DejaVuSans.ttf"), "plot-regular.ttf", "Regular")
    make(os.path.join(folder, "DejaVuSans-Bold.ttf"), "plot-bold.ttf", "Bold")
