/** `text` as it stands in SQL, for commands that take no parameters. Backslashes mean nothing, as SQL has it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
