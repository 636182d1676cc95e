/** Something global that acts for the running host while a simulation runs. */
export interface Replacement {
  /** The object that has it. */
  readonly target: object;
  readonly name: string;
  /** Makes what stands in for `original`, which still serves code that is on no host. */
  readonly replace: (original: never) => unknown;
}

/** Puts every replacement in its place until the returned function is called. */
export function install(replacements: readonly Replacement[]): () => void {
  const before = replacements.map(({ target, name }) => Object.getOwnPropertyDescriptor(target, name));
  for (const { target, name, replace } of replacements) {
    const original = Reflect.get(target, name) as never;
    Object.defineProperty(target, name, {
      value: replace(original),
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
  return () => {
    for (const [index, { target, name }] of replacements.entries()) {
      const descriptor = before[index];
      if (descriptor === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, descriptor);
    }
  };
}
