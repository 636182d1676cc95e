import { fit } from './style.ts';

const enter = '\x1b[?1049h\x1b[?25l';
const leave = '\x1b[?25h\x1b[?1049l';

/** The terminal's other screen. Only lines that changed are written, in one go, so that nothing flickers. */
export class Screen {
  private readonly output: NodeJS.WriteStream;
  private shown: string[] = [];

  constructor(output: NodeJS.WriteStream) {
    this.output = output;
    output.write(enter);
    output.on('resize', this.resized);
  }

  get columns(): number {
    return this.output.columns ?? 80;
  }

  get rows(): number {
    return this.output.rows ?? 24;
  }

  /** Shows `lines` from the top; those that do not fit are left out. */
  paint(lines: readonly string[]): void {
    const { columns, rows } = this;
    let changes = '';
    for (let row = 0; row < rows; row++) {
      const line = fit(lines[row] ?? '', columns);
      if (this.shown[row] === line) continue;
      this.shown[row] = line;
      changes += `\x1b[${row + 1};1H${line}`;
    }
    if (changes !== '') this.output.write(changes);
  }

  /** Gives the terminal back as it was. */
  close(): void {
    this.output.off('resize', this.resized);
    this.output.write(leave);
  }

  private readonly resized = (): void => {
    this.shown = [];
    this.output.write('\x1b[2J');
  };
}
