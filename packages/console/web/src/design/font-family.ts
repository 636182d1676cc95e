let known: string | undefined;

/** The page's font, as a canvas takes it. Read once: asking for a computed style amid a change has all styles worked out anew. */
export function fontFamily(): string {
  known ??= getComputedStyle(document.body).fontFamily;
  return known;
}
