"""Reads FCPXML files as a strict importer of version 1.8 does, and prints one JSON object per file.

`faults` are sentences about what such an importer refuses or would understand otherwise than it is meant; a good file has
none. `pieces` is what stands on the timeline. Times are fractions of a second, as in `1001/24000`.

The rules are those of the document type that comes with Final Cut Pro, as far as our files use it, and those that it cannot
say: that names lead somewhere, that times lie on frames, and that nothing is asked of a film beyond its end. Elements that our
files do not use are not known here, so that a new one is looked at by a person first.
"""

import json
import re
import sys
from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

CLIP_ATTRIBUTES = "lane offset name start duration enabled"

# Of each element: its children in their order, as a pattern of names that each end in a space; the attributes that it has to
# have; those that it may have.
ELEMENTS = {
    "fcpxml": ("(resources )?(event )*", "version", ""),
    "resources": "(asset |format )*",
    "format": ("", "id", "name frameDuration fieldOrder width height paspH paspV colorSpace projection stereoscopic"),
    "asset": (
        "(bookmark )?(metadata )?",
        "id src",
        "name uid start duration hasVideo format hasAudio audioSources audioChannels audioRate",
    ),
    "event": ("(project )*", "", "name uid"),
    "project": ("sequence ", "", "name uid id modDate"),
    "sequence": ("(note )?spine (metadata )?", "format", "duration tcStart tcFormat audioLayout audioRate"),
    "spine": ("(asset-clip |gap )*", "", "lane offset name format"),
    "asset-clip": (
        "(note )?(conform-rate )?(marker )*(metadata )?",
        "ref",
        f"{CLIP_ATTRIBUTES} srcEnable format tcStart tcFormat audioRole videoRole modDate",
    ),
    "gap": ("(note )?(marker )*(metadata )?", "duration", "name offset start enabled"),
    "conform-rate": ("", "", "scaleEnabled srcFrameRate frameSampling"),
    "marker": ("", "start value", "duration completed note"),
    "note": "",
    "metadata": "(md )*",
    "md": ("", "key", "value editable type displayName description source"),
}

# Only these may hold text.
WITH_TEXT = {"note"}

# The values that some attributes may have.
WORDS = {
    ("fcpxml", "version"): {"1.8"},
    ("sequence", "tcFormat"): {"DF", "NDF"},
    ("asset-clip", "tcFormat"): {"DF", "NDF"},
    ("conform-rate", "scaleEnabled"): {"0", "1"},
    ("md", "type"): {"string", "boolean", "integer", "float", "date", "timecode"},
    ("asset", "hasVideo"): {"0", "1"},
    ("asset", "hasAudio"): {"0", "1"},
}

TIMES = {"frameDuration", "start", "duration", "offset", "tcStart"}

# The rates whose clips may be played faster or slower in a sequence of another rate, by what they are called.
RATES = {
    Fraction(24000, 1001): "23.98",
    Fraction(24): "24",
    Fraction(25): "25",
    Fraction(30000, 1001): "29.97",
    Fraction(30): "30",
    Fraction(48000, 1001): "47.95",
    Fraction(48): "48",
    Fraction(50): "50",
    Fraction(60000, 1001): "59.94",
    Fraction(60): "60",
}


def seconds(text):
    """A time as a fraction; `None` where it is none that fits into 64 bits over 32."""
    found = re.fullmatch(r"([0-9]+)(?:/([0-9]+))?s", text)
    if not found:
        return None
    above, below = int(found[1]), int(found[2] or 1)
    return Fraction(above, below) if above < 2**63 and 0 < below < 2**31 else None


class Reader:
    def __init__(self, path):
        self.faults = []
        self.path = path
        text = path.read_bytes().decode("utf-8")
        self.root = ElementTree.fromstring(text)
        self.expect("<!DOCTYPE fcpxml>" in text, "the document type is not named")
        self.expect(self.root.tag == "fcpxml", f"the root is {self.root.tag}")
        for element in self.root.iter():
            self.grammar(element)
        self.formats = self.by_id("format")
        self.assets = self.by_id("asset")
        ids = [element.get("id") for element in self.root.iter() if element.get("id") is not None]
        self.expect(len(ids) == len(set(ids)), "an id stands twice")
        self.expect(all(re.fullmatch(r"[A-Za-z_][\w.-]*", name) for name in ids), "an id is no name")

    def expect(self, is_good, sentence):
        if not is_good:
            self.faults.append(sentence)

    def by_id(self, tag):
        return {element.get("id"): element for element in self.root.iterfind(f"resources/{tag}")}

    def grammar(self, element):
        tag = element.tag
        if tag not in ELEMENTS:
            self.faults.append(f"{tag} is not known")
            return
        rule = ELEMENTS[tag]
        children, needed, possible = (rule, "", "") if isinstance(rule, str) else rule
        there = "".join(f"{child.tag} " for child in element)
        self.expect(re.fullmatch(children, there), f"{tag} has the children: {there.strip()}")
        names = set(element.keys())
        missing, unknown = set(needed.split()) - names, names - set(needed.split()) - set(possible.split())
        self.expect(not missing, f"{tag} lacks {sorted(missing)}")
        self.expect(not unknown, f"{tag} has no attribute {sorted(unknown)}")
        for name, value in element.items():
            words = WORDS.get((tag, name))
            self.expect(words is None or value in words, f"{name} of {tag} is {value}")
            self.expect(name not in TIMES or seconds(value) is not None, f"{name} of {tag} is no time: {value}")
        text = "".join([element.text or "", *(child.tail or "" for child in element)])
        self.expect(tag in WITH_TEXT or not text.strip(), f"{tag} holds text: {text.strip()}")

    def time(self, element, name, usual="0s"):
        return seconds(element.get(name, usual)) or Fraction(0)

    def frame(self, format_id, whose):
        """The length of a frame in a format; a fault and 1 s where there is no such format."""
        found = self.formats.get(format_id)
        self.expect(found is not None, f"the format {format_id} of {whose} does not exist")
        frame = self.time(found, "frameDuration") if found is not None else None
        self.expect(frame is None or frame > 0, f"the format {format_id} has no length of a frame")
        return frame or Fraction(1)

    def on_frames(self, time, frame, what):
        self.expect((time / frame).denominator == 1, f"{what} lies between two frames: {time}")

    def source(self, asset):
        """The file of an asset: it has to lie in the folder of the file, and to be named from there."""
        source = asset.get("src", "")
        parts = urlsplit(source)
        is_relative = not parts.scheme and not parts.netloc and source.startswith("./") and ".." not in source
        self.expect(is_relative and not parts.query and not parts.fragment, f"{source} is not a path from here")
        self.expect((self.path.parent / unquote(parts.path)).is_file(), f"{source} does not exist")
        return source

    def clip(self, element, frame):
        """What is said of a clip beyond its place."""
        asset = self.assets.get(element.get("ref"))
        if asset is None:
            self.faults.append(f"the asset {element.get('ref')} does not exist")
            return {}
        own_frame = self.frame(asset.get("format"), "an asset")
        if element.get("format") is not None:
            of_clip = self.frame(element.get("format"), "a clip")
            self.expect(of_clip == own_frame, "a clip has another rate than its asset")
        whole, first = self.time(asset, "duration"), self.time(asset, "start")
        self.on_frames(whole, own_frame, "the end of a film")
        start, duration = self.time(element, "start"), self.time(element, "duration")
        self.on_frames(start, own_frame, "the beginning of a clip in its film")
        is_within = first <= start and start + duration <= first + whole
        self.expect(is_within, f"a clip shows {start + duration} s of a film of {whole} s")
        conform = element.find("conform-rate")
        word = RATES.get(1 / own_frame) if own_frame != frame else None
        said = None if conform is None else (conform.get("srcFrameRate"), conform.get("scaleEnabled", "1"))
        self.expect(said == (word and (word, "0")), f"a clip of {1 / own_frame} keeps its speed by {said}")
        for marker in element.iterfind("marker"):
            at = self.time(marker, "start")
            self.on_frames(at, own_frame, "a marker")
            self.expect(start <= at < start + duration, "a marker lies outside of its clip")
        shape = self.formats.get(asset.get("format"))
        return {
            "asset": element.get("ref"),
            "src": self.source(asset),
            "frame": str(own_frame),
            "whole": str(whole),
            "size": None if shape is None else [shape.get("width"), shape.get("height")],
            "sound": [asset.get("audioChannels"), asset.get("audioRate")] if asset.get("hasAudio") == "1" else None,
            "marker": [[marker.get("value"), marker.get("note")] for marker in element.iterfind("marker")],
            "metadata": {md.get("key"): md.get("value") for md in element.iterfind("metadata/md")},
        }

    def timeline(self):
        sequences = self.root.findall("event/project/sequence")
        self.expect(len(sequences) == 1, f"there are {len(sequences)} sequences")
        sequence = sequences[0]
        frame = self.frame(sequence.get("format"), "the sequence")
        end, pieces = Fraction(0), []
        for element in sequence.find("spine"):
            offset, duration = self.time(element, "offset"), self.time(element, "duration")
            self.on_frames(offset, frame, "the place of a piece")
            self.on_frames(duration, frame, "the length of a piece")
            self.expect(duration > 0, "a piece has no length")
            self.expect(offset == end, f"a piece begins at {offset} and the one before ends at {end}")
            end = offset + duration
            clip = self.clip(element, frame) if element.tag == "asset-clip" else {}
            named = {"kind": element.tag, "name": element.get("name"), "note": element.findtext("note")}
            pieces.append({**named, "offset": str(offset), "duration": str(duration), **clip})
        self.expect(self.time(sequence, "duration") == end, f"the sequence ends elsewhere than at {end}")
        used = {piece.get("asset") for piece in pieces}
        self.expect(set(self.assets) <= used, "an asset is used nowhere")
        name = self.root.find("event/project").get("name")
        return {"name": name, "frame": str(frame), "duration": str(end), "pieces": pieces}


for path in map(Path, sys.argv[1:]):
    reader = Reader(path)
    timeline = reader.timeline()
    print(json.dumps({"faults": reader.faults, **timeline}), flush=True)
