const units = ['', 'k', 'M', 'G', 'T'] as const;

/** Three digits that matter, and a letter for the size: `0.42`, `7.3`, `128`, `12.4k`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const sign = value < 0 ? '−' : '';
  let rest = Math.abs(value);
  let unit = 0;
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  return `${sign}${threeDigits(rest)}${units[unit]}`;
}

/** At most three digits, and no zeros that say nothing. */
export function threeDigits(value: number): string {
  if (value === 0) return '0';
  const decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  const text = value.toFixed(decimals);
  if (Number(text) === 0) return '<0.01';
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A whole number in full, with thin spaces between thousands: `12 408`. */
export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, '\u2009');
}

/** A share from 0 to 1 as a percentage: `0%`, `0.3%`, `97.2%`. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const percent = Math.abs(share * 100);
  const sign = share < 0 ? '−' : '';
  if (percent === 0) return '0%';
  if (percent < 0.01) return `${sign}<0.01%`;
  // Nearly all is not all.
  if (percent < 100 && percent >= 99.95) return `${sign}${(Math.floor(percent * 100) / 100).toFixed(2)}%`;
  return `${sign}${percent >= 99.95 ? Math.round(percent) : threeDigits(percent)}%`;
}

/** Requests a second: `12.4/s`. */
export function formatRate(perSecond: number): string {
  return `${formatNumber(perSecond)}/s`;
}

const byteUnits = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** Bytes in powers of 1,024: `640 B`, `12.4 MB`. */
export function formatBytes(bytes: number): string {
  let rest = Math.abs(bytes);
  let unit = 0;
  while (rest >= 1023.5 && unit < byteUnits.length - 1) {
    rest /= 1024;
    unit++;
  }
  return `${bytes < 0 ? '−' : ''}${threeDigits(rest)} ${byteUnits[unit]}`;
}

/** A count with its noun: `1 service`, `28 services`. */
export function formatCounted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
