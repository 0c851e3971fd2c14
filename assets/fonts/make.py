"""Writes the font files of this folder; see README.md."""
import sys, os
from fontTools.ttLib import TTFont
from fontTools import subset
OUT = os.path.dirname(os.path.abspath(__file__))
INTER, MONO = sys.argv[1], sys.argv[2]
R="U+0020-007E,U+00A0-024F,U+0259,U+02BB-02BC,U+02C6-02DD,U+0300-0304,U+0306-030C,U+0328,U+0370-03FF,U+0400-045F,U+0490-0491,U+1E80-1E85,U+1E9E,U+1EA0-1EF9,U+2000-200A,U+2010-2022,U+2026,U+202F,U+2030,U+2032-2033,U+2039-203A,U+2044,U+2070-208E,U+20A0-20BF,U+2113,U+2116,U+2122,U+2126,U+2150-215E,U+2190-2199,U+21B5,U+21E7,U+2191,U+2202,U+2206,U+220F,U+2211-2212,U+2215,U+221A,U+221E,U+222B,U+2248,U+2260,U+2264-2265,U+2303,U+2318,U+2325,U+23CE,U+25A0-25CF,U+2605-2606,U+2713,U+2717,U+FFFD"
def opts(feats):
    o=subset.Options(); o.layout_features=feats; o.hinting=False; o.notdef_outline=True; o.glyph_names=False; o.name_IDs=['*']; o.drop_tables+=['STAT','DSIG']
    return o
def unicodes(r): return subset.parse_unicodes(r)
def save(f,name):
    f.flavor=None; f.save(f"{OUT}/{name}"); print(name, os.path.getsize(f"{OUT}/{name}"))
src={w: f'{INTER}/Inter-{w}.woff2' for w in ('Regular','Medium','SemiBold')}
for w,p in src.items():
    f=TTFont(p); s=subset.Subsetter(opts(['kern','mark','mkmk','ccmp','calt','locl'])); s.populate(unicodes=unicodes(R)); s.subset(f); save(f,f"Inter-{w}.ttf")
    # figures: tnum glyphs under the plain code points
    f=TTFont(p); cm=f.getBestCmap(); gsub=f['GSUB'].table
    m={}
    for fr in gsub.FeatureList.FeatureRecord:
        if fr.FeatureTag=='tnum':
            for li in fr.Feature.LookupListIndex:
                for st in gsub.LookupList.Lookup[li].SubTable:
                    st=getattr(st,'ExtSubTable',st)
                    m.update(getattr(st,'mapping',{}))
    WANT=[ord(c) for c in "0123456789"]
    new={u:m[cm[u]] for u in WANT if cm.get(u) in m}
    for t in f['cmap'].tables: t.cmap={u:g for u,g in new.items()}
    s=subset.Subsetter(opts([])); s.populate(unicodes=list(new)); s.subset(f)
    fam="Rushes Figures"; 
    for n in list(f['name'].names):
        if n.nameID in (1,3,4,6,16,17,25):
            v={1:f"{fam} {w}",3:f"RushesFigures-{w}",4:f"{fam} {w}",6:f"RushesFigures-{w}",16:fam,17:w}.get(n.nameID)
            if v is None: f['name'].names.remove(n)
            else: f['name'].setName(v,n.nameID,n.platformID,n.platEncID,n.langID)
    save(f,f"RushesFigures-{w}.ttf")
f=TTFont(MONO); s=subset.Subsetter(opts(['mark','ccmp'])); s.populate(unicodes=unicodes("U+0020-007E,U+00A0-017F,U+2010-2026,U+2190-2193,U+0400-045F,U+FFFD")); s.subset(f); save(f,"JetBrainsMono-Regular.ttf")
