import { consoleErrors } from '../../console-errors.ts';

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

/**
 * Where these columns stand in a table whose first line is that.
 *
 * @throws HoldfastError TELEMETRY_MALFORMED when it does not name one of them.
 */
export function columnPlaces(header: string, columns: readonly string[]): readonly number[] {
  const names = csvFields(header.replace(/^\ufeff/, '')).map((name) => name.trim());
  return columns.map((column) => {
    const place = names.indexOf(column);
    if (place !== -1) return place;
    throw consoleErrors.create('TELEMETRY_MALFORMED', {
      message: `the table has no column ${column}: its first line has to name ${columns.join(', ')}`,
      context: { column },
    });
  });
}
