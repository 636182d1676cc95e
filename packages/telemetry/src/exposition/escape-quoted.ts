const special = /[\\"\n]/;

/** What may stand between quotes in a Prometheus format. */
export function escapeQuoted(text: string): string {
  if (!special.test(text)) return text;
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
