"""One order by the published package of a peer, with its own defaults but for the address and the time-out.

Run by `orders.py` inside the virtual environment: `python peers.py NAME URL SECONDS`. Prints the id of the job if there is
one; ends with an error if the peer's own call does.
"""

import sys

PACKAGES = {"fal-client": "fal-client==1.0.3", "openai": "openai==3.52.0", "runwayml": "runwayml==5.24.0", "replicate": "replicate==1.0.7"}


def fal_client(url, seconds):
    import fal_client.client as fal

    # The package speaks TLS to its own hosts only; the address is the one thing that is changed.
    fal.QUEUE_URL_FORMAT = url + "/"
    return fal.SyncClient(key="prove:prove", default_timeout=seconds).submit("owner/model", {"prompt": "a boat"}).request_id


def openai(url, seconds):
    from openai import OpenAI

    return OpenAI(api_key="prove", base_url=url, timeout=seconds).videos.create(prompt="a boat").id


def runwayml(url, seconds):
    from runwayml import RunwayML

    client = RunwayML(api_key="prove", base_url=url, timeout=seconds)
    return client.text_to_video.create(model="gen4.5", prompt_text="a boat", ratio="1280:720", duration=5).id


def replicate(url, seconds):
    from replicate import Client

    return Client(api_token="prove", base_url=url, timeout=seconds).predictions.create(version="0" * 64, input={"prompt": "a boat"}).id


if __name__ == "__main__":
    name, url, seconds = sys.argv[1:]
    print("id", globals()[name.replace("-", "_")](url, float(seconds)))
