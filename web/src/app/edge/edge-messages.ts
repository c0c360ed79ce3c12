// What the page and edge.worker.ts tell each other.

export type ToEdge =
  | { readonly type: 'load'; readonly runtime: string; readonly model: ArrayBuffer }
  | { readonly type: 'hear'; readonly mono: Float32Array; readonly rowsAWindow: number };

export type FromEdge =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly share: number }
  /** `scores`: window after window, a second apart, in the order of the model's targets; `milliseconds` of them all. */
  | {
      readonly type: 'heard';
      readonly scores: Float32Array;
      readonly windows: number;
      readonly milliseconds: number;
    }
  | { readonly type: 'failed'; readonly message: string };
