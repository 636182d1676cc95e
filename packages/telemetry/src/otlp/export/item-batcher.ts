/** How many items are sealed at once, when a turn makes more than there is room for, in requests. */
const requestsMax = 4;

/**
 * Collects items until there are enough for a request or the first has waited long enough. Sealing takes time, so it is done
 * after the turn that made them, unless that makes very many.
 */
export class ItemBatcher<Item> {
  readonly #size: number;
  readonly #interval: number;
  readonly #seal: (items: Item[]) => void;
  #items: Item[] = [];
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  /** @param seal - is given at most `size` items. @param interval - milliseconds. */
  constructor(size: number, interval: number, seal: (items: Item[]) => void) {
    this.#size = size;
    this.#interval = interval;
    this.#seal = seal;
  }

  add(item: Item): void {
    const count = this.#items.push(item);
    if (count === 1 && this.#timer === undefined) {
      this.#timer = setTimeout(this.sealAll, this.#interval);
      this.#timer.unref();
    } else if (count === this.#size) this.#immediate ??= setImmediate(this.sealAll);
    else if (count >= this.#size * requestsMax) this.sealAll();
  }

  /** Seals all that was added. */
  readonly sealAll = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
    const items = this.#items;
    this.#items = [];
    for (let at = 0; at < items.length; at += this.#size) this.#seal(items.slice(at, at + this.#size));
  };
}
