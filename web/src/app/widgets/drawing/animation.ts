// One requestAnimationFrame for all canvases of a page, outside Angular's change detection (the app
// is zoneless, so nothing is notified). Painters run in the order in which they were added; the page
// draws nothing while it is hidden, which browsers see to themselves.

export type Painter = (nowMs: number) => void;

const painters = new Set<Painter>();
let request = 0;

function tick(now: number): void {
  request = requestAnimationFrame(tick);
  for (const paint of painters) paint(now);
}

/** Calls `paint` each frame until the returned function is called. */
export function animate(paint: Painter): () => void {
  painters.add(paint);
  if (request === 0) request = requestAnimationFrame(tick);
  return () => {
    painters.delete(paint);
    if (painters.size === 0) {
      cancelAnimationFrame(request);
      request = 0;
    }
  };
}
