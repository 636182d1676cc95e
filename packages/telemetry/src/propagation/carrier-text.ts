/** What a getter found if it is one text; undefined for none and for several, which contradict each other. */
export function onlyText(found: string | readonly string[] | undefined): string | undefined {
  const value = Array.isArray(found) && found.length === 1 ? found[0] : found;
  return typeof value === 'string' ? value : undefined;
}
