"""Reads folders that were handed to an editor with OpenTimelineIO, and prints one JSON object per folder.

Each holds two timelines: `otio` is the `.otio` as the library itself reads it, `fcpxml` the FCPXML through the adapter that
the same people publish. Times are pairs of a value and a rate.
"""

import json
import sys
from pathlib import Path

import opentimelineio as otio


def time(rational):
    return [rational.value, rational.rate]


def span(found):
    return {"start": time(found.start_time), "duration": time(found.duration)}


def marker_of(marker):
    return {
        "name": marker.name,
        "comment": getattr(marker, "comment", ""),
        "color": marker.color,
        "range": span(marker.marked_range),
    }


def item_of(track, item):
    described = {
        "kind": item.schema_name(),
        "name": item.name,
        "shown": span(item.trimmed_range()),
        "place": span(track.range_of_child(item)),
        "markers": [marker_of(marker) for marker in item.markers],
        "metadata": plain(item.metadata),
    }
    if isinstance(item, otio.schema.Clip):
        media = item.media_reference
        described |= {"url": media.target_url, "available": span(media.available_range)}
    return described


def plain(metadata):
    """Values of the library as those of Python, in the library's own words."""
    return json.loads(otio.core.serialize_json_to_string(metadata, indent=-1))


def timeline_of(timeline):
    tracks = [
        {"kind": track.kind, "items": [item_of(track, item) for item in track], "length": time(track.duration())}
        for track in timeline.tracks
    ]
    return {"name": timeline.name, "tracks": tracks, "metadata": plain(timeline.metadata)}


def read(path):
    found = otio.adapters.read_from_file(str(path))
    # An event of FCPXML is a collection of timelines.
    timelines = [found] if isinstance(found, otio.schema.Timeline) else list(found)
    assert len(timelines) == 1, f"{path}: {len(timelines)} timelines"
    return timeline_of(timelines[0])


for folder in map(Path, sys.argv[1:]):
    [timeline] = folder.glob("*.otio")
    [xml] = folder.glob("*.fcpxml")
    print(json.dumps({"otio": read(timeline), "fcpxml": read(xml)}), flush=True)
