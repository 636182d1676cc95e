/** The texts of a batch, each once. The first is the empty one. */
export class TextTable {
  readonly texts: string[] = [''];
  readonly #indexes = new Map<string, number>([['', 0]]);

  indexOf(text: string): number {
    const known = this.#indexes.get(text);
    if (known !== undefined) return known;
    const index = this.texts.length;
    this.texts.push(text);
    this.#indexes.set(text, index);
    return index;
  }
}
