import { invalidArgument } from '@holdfast/core';
import { definitionUnknown } from './ledger-errors.ts';
import type { RunDefinition } from './run-definition.ts';

/** Of whatever input and result. */
export type AnyRunDefinition = RunDefinition<never, unknown>;

/** The definitions that a ledger was opened with. */
export class DefinitionRegistry {
  readonly #versions = new Map<string, Map<number, AnyRunDefinition>>();
  readonly #newest = new Map<string, AnyRunDefinition>();

  constructor(definitions: readonly AnyRunDefinition[]) {
    for (const definition of definitions) this.#add(definition);
  }

  get all(): readonly AnyRunDefinition[] {
    return [...this.#versions.values()].flatMap((versions) => [...versions.values()]);
  }

  get types(): readonly string[] {
    return [...this.#newest.keys()];
  }

  /** @throws HoldfastError LEDGER_DEFINITION_UNKNOWN when it is not one of them. */
  check({ type, version }: AnyRunDefinition): void {
    if (this.#versions.get(type)?.has(version) !== true) throw definitionUnknown(type, version);
  }

  /** The definition that drives runs of that version: their own, or the newest one where that is not there any more. */
  driverOf(type: string, version: number): AnyRunDefinition {
    const driver = this.find(type, version);
    if (driver === undefined) throw definitionUnknown(type, version);
    return driver;
  }

  /** The same, or undefined. */
  find(type: string, version: number): AnyRunDefinition | undefined {
    return this.#versions.get(type)?.get(version) ?? this.#newest.get(type);
  }

  #add(definition: AnyRunDefinition): void {
    const { type, version } = definition;
    if (!(type.length >= 1 && type.length <= 200)) {
      throw invalidArgument('type', type, 'a text of 1 to 200 characters');
    }
    if (!(Number.isSafeInteger(version) && version >= 0)) {
      throw invalidArgument('version', version, 'a whole number from 0');
    }
    const versions = this.#versions.get(type) ?? new Map<number, AnyRunDefinition>();
    if (versions.has(version)) {
      throw invalidArgument('definitions', `${type} of version ${version}`, 'each version once');
    }
    versions.set(version, definition);
    this.#versions.set(type, versions);
    const newest = this.#newest.get(type);
    if (newest === undefined || newest.version < version) this.#newest.set(type, definition);
  }
}
