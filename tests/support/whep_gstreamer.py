#!/usr/bin/python3
"""A WHEP viewer on GStreamer's webrtcbin (libnice, its own DTLS and SRTP): an independent check of
the server's. Writes what it hears as interleaved 32-bit float stereo at 48 kHz.

  whep_gstreamer.py URL SECONDS FILE [turn://user:password@host:port?transport=tcp]

With a TURN server only relayed candidates are used. Ends with an error after 30 s without sound.
"""
import sys
import threading
import urllib.request

import gi
gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

PATIENCE_S = 30
SOUND = "audio/x-raw,format=F32LE,rate=48000,channels=2,layout=interleaved"


class Viewer:
    def __init__(self, url, seconds, path, turn):
        self.url, self.turn = url, turn
        self.wanted = int(seconds * 48000) * 8
        self.file = open(path, "wb")
        self.written = 0
        self.failure = f"no sound for {PATIENCE_S} s"
        self.loop = GLib.MainLoop()
        self.pipeline = Gst.Pipeline()
        self.webrtc = Gst.ElementFactory.make("webrtcbin")
        self.webrtc.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        if turn:
            self.webrtc.set_property("turn-server", turn)
            self.webrtc.set_property("ice-transport-policy", GstWebRTC.WebRTCICETransportPolicy.RELAY)
        self.pipeline.add(self.webrtc)
        caps = Gst.Caps.from_string(
            "application/x-rtp,media=audio,encoding-name=OPUS,payload=97,clock-rate=48000,encoding-params=(string)2")
        self.webrtc.emit("add-transceiver", GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY, caps)
        self.webrtc.connect("pad-added", self.on_pad)
        self.webrtc.connect("notify::ice-gathering-state", self.on_gathering)

    def run(self):
        self.pipeline.set_state(Gst.State.PLAYING)
        promise = Gst.Promise.new_with_change_func(self.on_offer)
        self.webrtc.emit("create-offer", None, promise)
        GLib.timeout_add_seconds(PATIENCE_S, self.loop.quit)
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)
        self.file.close()
        if self.written < self.wanted:
            sys.exit(f"whep_gstreamer: {self.failure} ({self.written} of {self.wanted} bytes)")

    def on_offer(self, promise):
        reply = promise.get_reply()  # owns what it answers: it must outlive the use
        offer = reply.get_value("offer")
        self.webrtc.emit("set-local-description", offer, Gst.Promise.new())

    # The server is ICE-lite and takes the whole offer at once.
    def on_gathering(self, *_):
        if self.webrtc.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            threading.Thread(target=self.exchange, daemon=True).start()

    def exchange(self):
        offer = self.webrtc.get_property("local-description").sdp.as_text()
        request = urllib.request.Request(self.url, offer.encode(), {"Content-Type": "application/sdp"})
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                text = response.read()
        except OSError as error:
            body = error.read().decode() if hasattr(error, "read") else ""
            self.failure = f"{self.url}: {error} {body}"
            self.loop.quit()
            return
        message = GstSdp.SDPMessage.new()[1]
        GstSdp.sdp_message_parse_buffer(text, message)
        answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
        self.webrtc.emit("set-remote-description", answer, Gst.Promise.new())

    def on_pad(self, _, pad):
        chain = Gst.parse_bin_from_description(
            f"rtpopusdepay ! opusdec ! audioconvert ! audioresample ! {SOUND} ! fakesink name=end signal-handoffs=true sync=false",
            True)
        chain.get_by_name("end").connect("handoff", self.on_sound)
        self.pipeline.add(chain)
        chain.sync_state_with_parent()
        pad.link(chain.get_static_pad("sink"))

    def on_sound(self, _, buffer, __):
        if self.written >= self.wanted:
            return
        data = buffer.extract_dup(0, buffer.get_size())
        self.file.write(data)
        self.written += len(data)
        if self.written >= self.wanted:
            GLib.idle_add(self.loop.quit)


if __name__ == "__main__":
    Gst.init(None)
    Viewer(sys.argv[1], float(sys.argv[2]), sys.argv[3], sys.argv[4] if len(sys.argv) > 4 else None).run()
