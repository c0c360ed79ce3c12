// The power spectrum of real samples: a radix-2 transform of decimation in time (Cooley and Tukey 1965).
// Tables are made once; power() allocates nothing.

export class PowerSpectrum {
  private readonly re: Float64Array;
  private readonly im: Float64Array;
  private readonly cos: Float64Array;
  private readonly sin: Float64Array;
  private readonly reversed: Uint32Array;

  /** `size`: a power of two. */
  constructor(private readonly size: number) {
    const bits = Math.log2(size);
    if (!Number.isInteger(bits))
      throw new RangeError(`a transform of ${size} samples: give a power of two`);
    this.re = new Float64Array(size);
    this.im = new Float64Array(size);
    this.cos = Float64Array.from({ length: size / 2 }, (_, i) =>
      Math.cos((2 * Math.PI * i) / size),
    );
    this.sin = Float64Array.from(
      { length: size / 2 },
      (_, i) => -Math.sin((2 * Math.PI * i) / size),
    );
    this.reversed = Uint32Array.from({ length: size }, (_, i) => {
      let out = 0;
      for (let bit = 0; bit < bits; ++bit) out = (out << 1) | ((i >> bit) & 1);
      return out;
    });
  }

  /** |X[k]|² of `samples` times `window` for k = 0 … size / 2. */
  power(samples: Float32Array, window: Float64Array, out: Float64Array): void {
    const { re, im, size } = this;
    for (let i = 0; i < size; ++i) re[this.reversed[i]] = samples[i] * window[i];
    im.fill(0);
    for (let half = 1; half < size; half *= 2) {
      const stride = size / (2 * half);
      for (let start = 0; start < size; start += 2 * half) {
        for (let k = 0; k < half; ++k) {
          const c = this.cos[k * stride];
          const s = this.sin[k * stride];
          const a = start + k;
          const b = a + half;
          const x = re[b] * c - im[b] * s;
          const y = re[b] * s + im[b] * c;
          re[b] = re[a] - x;
          im[b] = im[a] - y;
          re[a] += x;
          im[a] += y;
        }
      }
    }
    for (let k = 0; k <= size / 2; ++k) out[k] = re[k] * re[k] + im[k] * im[k];
  }
}
