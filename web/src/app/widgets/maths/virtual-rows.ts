// Which rows of a long table are worth drawing. Pure.

export interface RowWindow {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

const OVERSCAN_ROWS = 8;

export function rowWindow(
  scrollTop: number,
  height: number,
  rowHeight: number,
  count: number,
): RowWindow {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN_ROWS);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + OVERSCAN_ROWS);
  return { first: Math.min(first, Math.max(0, count - 1)), end };
}

/** The scroll position that shows row `index`, moving no further than needed. */
export function scrollToRow(
  index: number,
  scrollTop: number,
  height: number,
  rowHeight: number,
): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  return top + rowHeight > scrollTop + height ? top + rowHeight - height : scrollTop;
}
