// Tells when silence ends and when it has come back: the first loud sample after kQuiet samples without
// one, by the context's own count of samples, and the wall clock at which it was rendered.
const kLoud = 0.01;
const kQuiet = 4800;

class Onset extends AudioWorkletProcessor {
  quiet = 0;

  process([input]) {
    const channel = input[0];
    if (!channel) return true;
    for (let i = 0; i < channel.length; ++i) {
      if (Math.abs(channel[i]) < kLoud) {
        if (++this.quiet === kQuiet) this.port.postMessage({ silent: true });
        continue;
      }
      if (this.quiet >= kQuiet) this.port.postMessage({ onset: { time: (currentFrame + i) / sampleRate, renderedAt: Date.now() } });
      this.quiet = 0;
    }
    return true;
  }
}

registerProcessor('onset', Onset);
