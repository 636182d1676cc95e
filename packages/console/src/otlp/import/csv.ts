/** The fields of a line of CSV (RFC 4180); a quoted field may hold commas and, doubled, quotes, but no line break. */
export function csvFields(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  const fields: string[] = [];
  const pattern = /("(?:[^"]|"")*"|[^,]*)(,|$)/y;
  for (;;) {
    const match = pattern.exec(line);
    if (match === null) return [];
    const [, field = '', separator] = match;
    fields.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
    if (separator !== ',') return fields;
  }
}
