// Times and numbers as a DJ reads them. What is shown is never parsed again.

/** 3:07.4, or −0:12.0 with a real minus sign; hours only when there are some. */
export function formatTime(seconds: number, tenths = false): string {
  if (!Number.isFinite(seconds)) return '–:––';
  const units = Math.round(Math.abs(seconds) * (tenths ? 10 : 1));
  const whole = tenths ? Math.floor(units / 10) : units;
  const sign = seconds < 0 && units > 0 ? '−' : '';
  const s = String(whole % 60).padStart(2, '0');
  const m = Math.floor(whole / 60) % 60;
  const h = Math.floor(whole / 3600);
  const clock = h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
  return sign + clock + (tenths ? `.${units % 10}` : '');
}

/** A number with a fixed count of decimals in the reader's language: 128.00, 128,00; never −0.0. */
export function formatNumber(value: number, decimals: number, locale: string): string {
  const zero = Number(Math.abs(value).toFixed(decimals)) === 0;
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(zero ? 0 : value);
}

/** With its sign, a real minus; none where it rounds to zero: +1.5, −0,3, 0. */
export function formatSigned(value: number, decimals: number, locale: string): string {
  const text = formatNumber(Math.abs(value), decimals, locale);
  const zero = Number(Math.abs(value).toFixed(decimals)) === 0;
  return zero ? text : `${value > 0 ? '+' : '−'}${text}`;
}

/** Bytes in the units of storage makers (1 MB = 10^6 bytes). */
export function formatBytes(bytes: number, locale: string): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    ++unit;
  }
  return `${formatNumber(value, unit > 1 ? 1 : 0, locale)} ${units[unit]}`;
}
