#!/usr/bin/python3
"""The ears of a scripted DJ: receives a stream by GStreamer's webrtcbin and plays it into the void at
its own pace, with the jitter buffer of a page. Speaks JSON lines: prints {"offer": sdp}, reads
{"answer": sdp}, then for every 20 ms prints {"ssrc", "rtp", "atMs"}: the RTP time whose sound
is being played at that moment of the monotonic clock. What it reads then, {"say": text}, goes over a data
channel like a page's. Needs no sound card: a sink that follows the clock
is one to whatever came before it.

  dj_ears.py BUFFER_MS
"""
import json
import sys
import threading
import time

import gi
gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

CAPS = "application/x-rtp,media=audio,encoding-name=OPUS,payload=97,clock-rate=48000,encoding-params=(string)2"
# web/src/app/core/command-channel.ts
CHANNEL = "options,ordered=false,max-retransmits=0,negotiated=true,id=0"
KEPT = 500
LATEST_NS = 50_000_000


def say(**message):
    print(json.dumps(message), flush=True)


# Decoding rounds presentation times; packets are 20 ms apart.
def slot(pts):
    return (pts + 5_000_000) // 10_000_000


class Ears:
    def __init__(self, buffer_ms):
        self.loop = GLib.MainLoop()
        self.pipeline = Gst.Pipeline()
        self.webrtc = Gst.ElementFactory.make("webrtcbin")
        self.webrtc.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        self.webrtc.set_property("latency", buffer_ms)
        self.pipeline.add(self.webrtc)
        self.webrtc.emit("add-transceiver", GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY, Gst.Caps.from_string(CAPS))
        self.webrtc.connect("pad-added", self.on_pad)
        self.webrtc.connect("notify::ice-gathering-state", self.on_gathering)
        self.channel = None
        self.arrived = {}  # presentation time to (SSRC, RTP time)

    def run(self):
        self.pipeline.set_state(Gst.State.READY)
        self.channel = self.webrtc.emit("create-data-channel", "commands", Gst.Structure.from_string(CHANNEL)[0])
        self.pipeline.set_state(Gst.State.PLAYING)
        self.webrtc.emit("create-offer", None, Gst.Promise.new_with_change_func(self.on_offer))
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)

    def on_offer(self, promise):
        reply = promise.get_reply()  # owns what it answers: it must outlive the use
        self.webrtc.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())

    def on_gathering(self, *_):
        if self.webrtc.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            threading.Thread(target=self.exchange, daemon=True).start()

    def exchange(self):
        say(offer=self.webrtc.get_property("local-description").sdp.as_text())
        answer = json.loads(sys.stdin.readline())["answer"]
        message = GstSdp.SDPMessage.new()[1]
        GstSdp.sdp_message_parse_buffer(answer.encode(), message)
        description = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
        self.webrtc.emit("set-remote-description", description, Gst.Promise.new())
        for line in sys.stdin:  # until who listens is done
            self.channel.emit("send-string", json.loads(line)["say"])
        self.loop.quit()

    def on_pad(self, _, pad):
        chain = Gst.parse_bin_from_description(
            "rtpopusdepay name=in ! opusdec ! audioconvert ! audioresample ! "
            "fakesink name=end signal-handoffs=true sync=true", True)
        chain.get_by_name("in").get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER, self.on_packet)
        chain.get_by_name("end").connect("handoff", self.on_sound)
        self.pipeline.add(chain)
        chain.sync_state_with_parent()
        pad.link(chain.get_static_pad("sink"))

    def on_packet(self, _, info):
        buffer = info.get_buffer()
        header = buffer.extract_dup(4, 8)
        self.arrived[slot(buffer.pts)] = (int.from_bytes(header[4:], "big"), int.from_bytes(header[:4], "big"))
        while len(self.arrived) > KEPT:
            del self.arrived[next(iter(self.arrived))]
        return Gst.PadProbeReturn.OK

    # The sink calls when its clock has come to the buffer's beginning. What thread scheduling adds
    # to that is taken off: the clock says when the buffer was due.
    def on_sound(self, sink, buffer, _):
        at = self.arrived.get(slot(buffer.pts))
        if at is None:
            return  # concealed: no packet of its own
        query = Gst.Query.new_latency()
        self.pipeline.query(query)
        due = sink.get_base_time() + buffer.pts + query.parse_latency()[1]
        late = sink.get_clock().get_time() - due
        say(ssrc=at[0], rtp=at[1], atMs=(time.monotonic_ns() - min(max(0, late), LATEST_NS)) / 1e6)


if __name__ == "__main__":
    Gst.init(None)
    Ears(int(sys.argv[1])).run()
