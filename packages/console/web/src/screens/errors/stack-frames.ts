/** A line of a stack. */
export interface StackFrame {
  readonly name: string;
  /** File, line and column; empty where the line does not say. */
  readonly place: string;
  /** Whether it is of the program itself: neither of Node nor of a package. */
  readonly own: boolean;
}

/** The frames of a stack as V8 writes it; lines of another form are kept as they are, the message before them is not. */
export function stackFrames(stack: string): StackFrame[] {
  const lines = stack.split('\n').map((line) => line.trim());
  const first = lines.findIndex((line) => line.startsWith('at '));
  return lines
    .slice(Math.max(first, 0))
    .filter(Boolean)
    .map((line) => {
      const [, name, place] = /^at (?:(.+?) \((.+)\)|.*)$/.exec(line) ?? [];
      const where = place ?? (name === undefined && line.startsWith('at ') ? line.slice(3) : '');
      const own = where !== '' && !/node:|node_modules|^native|<anonymous>/.test(where);
      return {
        name: name ?? (where === '' ? line : '(anonymous)'),
        place: where.replace(/^file:\/\//, ''),
        own,
      };
    });
}
