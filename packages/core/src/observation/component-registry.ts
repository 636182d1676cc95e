interface Holder {
  readonly registries: Map<string, ComponentRegistry<object>>;
}

const holderKey = Symbol.for('@holdfast/core/components/1');
const scope = globalThis as { [holderKey]?: Holder };
scope[holderKey] ??= { registries: new Map() };
const holder: Holder = scope[holderKey];

/**
 * The components of one kind that live in this process, for those who look into it: an admin endpoint, a console. It
 * holds them weakly, so that who makes a component need not take it out again; nobody looks, nothing is done. Made by
 * {@link componentRegistry}.
 */
export class ComponentRegistry<T extends object> {
  readonly #components = new Set<WeakRef<T>>();
  /** How many there may be, those that are gone included, until the latter are cleared away. */
  #clearAt = 64;

  add(component: T): void {
    if (this.#components.size >= this.#clearAt) {
      this.list();
      this.#clearAt = Math.max(64, 2 * this.#components.size);
    }
    this.#components.add(new WeakRef(component));
  }

  /** Takes out what is over before it is collected. Takes time in proportion to how many there are. */
  delete(component: T): void {
    for (const each of this.#components) if (each.deref() === component) this.#components.delete(each);
  }

  /** Those that there are, the oldest first. */
  list(): T[] {
    const living: T[] = [];
    for (const each of this.#components) {
      const component = each.deref();
      if (component === undefined) this.#components.delete(each);
      else living.push(component);
    }
    return living;
  }
}

/**
 * The registry of the components called `kind`, such as `holdfast.pipelines`: the same object for the same name, in
 * every copy of this package.
 */
export function componentRegistry<T extends object>(kind: string): ComponentRegistry<T> {
  let registry = holder.registries.get(kind);
  if (registry === undefined) {
    registry = new ComponentRegistry<object>();
    holder.registries.set(kind, registry);
  }
  return registry as ComponentRegistry<T>;
}
