/** A year: nobody means more, and a hostile number must stay a number. */
const retryAfterMax = 31_536_000_000;

const seconds = /^\d+$/;
/** IMF-fixdate, and the two obsolete forms that a recipient must accept (RFC 9110, section 5.6.7). */
const httpDate =
  /^(?:[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT|[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d [\d:]{8} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4})$/;

/** Milliseconds since the Unix epoch, or undefined when `text` is no HTTP-date. */
export function parseHttpDate(text: string): number | undefined {
  if (!httpDate.test(text)) return undefined;
  const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : time;
}

/**
 * Milliseconds that a `Retry-After` header (RFC 9110, section 10.2.3) asks for: seconds, or the time until an
 * HTTP-date as seen at `wall`, in milliseconds since the Unix epoch. Undefined when it says neither, or a
 * date without `wall`.
 */
export function parseRetryAfter(header: string, wall: number | undefined): number | undefined {
  const text = header.trim();
  if (seconds.test(text)) return Math.min(Number(text) * 1000, retryAfterMax);
  const date = parseHttpDate(text);
  if (date === undefined || wall === undefined) return undefined;
  return Math.min(Math.max(0, date - wall), retryAfterMax);
}

/** The `Retry-After` header for a delay in milliseconds: whole seconds, rounded up, for earlier is too early. */
export function formatRetryAfter(retryAfter: number): string {
  return String(Math.ceil(retryAfter / 1000));
}
