/** Calm colours of the 16 that every terminal has; with NO_COLOR in the environment there are none. */
const coloured = !process.env['NO_COLOR'];

function style(open: number, close: number): (text: string) => string {
  return coloured ? (text) => `\x1b[${open}m${text}\x1b[${close}m` : (text) => text;
}

export const bold: (text: string) => string = style(1, 22);
export const dim: (text: string) => string = style(2, 22);
export const inverse: (text: string) => string = style(7, 27);
export const good: (text: string) => string = style(32, 39);
export const warning: (text: string) => string = style(33, 39);
export const bad: (text: string) => string = style(31, 39);
export const accent: (text: string) => string = style(36, 39);

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour begins with
const colour = /(\x1b\[[0-9;]*m)/g;

/** How many columns `text` takes on the screen. */
export function widthOf(text: string): number {
  return text.replace(colour, '').length;
}

/** `text` in exactly `columns` columns: filled up with spaces, or cut, colours and all. */
export function fit(text: string, columns: number): string {
  const width = widthOf(text);
  if (width <= columns) return text + ' '.repeat(columns - width);
  let left = columns;
  let cut = '';
  for (const part of text.split(colour)) {
    if (part.startsWith('\x1b')) {
      cut += part;
    } else {
      cut += part.slice(0, left);
      left -= Math.min(left, part.length);
    }
  }
  return cut;
}
