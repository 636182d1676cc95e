const names = [
  'paper',
  'ink',
  'muted',
  'faint',
  'line',
  'accent',
  'lost',
  'fault',
  'ok',
  'unknown',
  'note',
  'group-0',
  'group-1',
  'group-2',
] as const;

const kinds = 12;

/** The colours of the page's style, for the canvas. */
export class Palette {
  readonly #colours = new Map<string, string>();
  readonly #kindIndex: ReadonlyMap<string, number>;

  constructor(messageKinds: readonly string[]) {
    this.#kindIndex = new Map(messageKinds.map((kind, index) => [kind, index % kinds]));
    this.refresh();
  }

  /** Reads them anew, after a change from light to dark. */
  refresh(): void {
    const style = getComputedStyle(document.documentElement);
    for (const name of names) this.#colours.set(name, style.getPropertyValue(`--${name}`).trim());
    for (let kind = 0; kind < kinds; kind++) {
      this.#colours.set(`kind-${kind}`, style.getPropertyValue(`--kind-${kind}`).trim());
    }
  }

  get(name: (typeof names)[number]): string {
    return this.#colours.get(name)!;
  }

  /** Of a partition's group. */
  group(number: number): string {
    return this.#colours.get(`group-${number % 3}`)!;
  }

  /** Of a kind of messages. */
  kind(kind: string): string {
    return this.#colours.get(this.kindVariable(kind))!;
  }

  /** The name of that colour in the page's style. */
  kindVariable(kind: string): string {
    return `kind-${this.#kindIndex.get(kind) ?? 0}`;
  }
}
