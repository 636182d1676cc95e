import type { JsonValue } from '@holdfast/core';

/** A transaction of an embedded database: rows by key, in tables that are there as soon as they are written to. */
export interface EmbeddedTransaction {
  /** What is stored is not to be changed. */
  get(table: string, key: string): JsonValue | undefined;
  put(table: string, key: string, value: JsonValue): void;
  delete(table: string, key: string): void;
  /** In the order in which their keys were first put. */
  rows(table: string): IterableIterator<readonly [key: string, value: JsonValue]>;
  /** Called once it has committed. */
  afterCommit(listener: () => void): void;
}

/** Rows by key, by table. A map keeps the order in which keys were added. */
export type Tables = Map<string, Map<string, JsonValue>>;

/** One row that a transaction changes; with no value it is deleted. */
export type RowChange = readonly [table: string, key: string, value?: JsonValue];

/** Sees the tables with its own changes on top. */
export class StagedTransaction implements EmbeddedTransaction {
  readonly listeners: (() => void)[] = [];
  readonly #tables: Tables;
  /** By table and key; undefined for a deletion. */
  readonly #staged = new Map<string, Map<string, JsonValue | undefined>>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  get(table: string, key: string): JsonValue | undefined {
    const staged = this.#staged.get(table);
    return staged?.has(key) ? staged.get(key) : this.#tables.get(table)?.get(key);
  }

  put(table: string, key: string, value: JsonValue): void {
    this.#stage(table, key, value);
  }

  delete(table: string, key: string): void {
    this.#stage(table, key, undefined);
  }

  *rows(table: string): IterableIterator<readonly [string, JsonValue]> {
    const staged = new Map(this.#staged.get(table));
    const stored = this.#tables.get(table);
    for (const [key, value] of stored ?? []) {
      const current = staged.has(key) ? staged.get(key) : value;
      if (current !== undefined) yield [key, current];
    }
    for (const [key, value] of staged) {
      if (value !== undefined && !stored?.has(key)) yield [key, value];
    }
  }

  afterCommit(listener: () => void): void {
    this.listeners.push(listener);
  }

  changes(): RowChange[] {
    const changes: RowChange[] = [];
    for (const [table, rows] of this.#staged) {
      for (const [key, value] of rows) changes.push(value === undefined ? [table, key] : [table, key, value]);
    }
    return changes;
  }

  #stage(table: string, key: string, value: JsonValue | undefined): void {
    let rows = this.#staged.get(table);
    if (rows === undefined) {
      rows = new Map();
      this.#staged.set(table, rows);
    }
    rows.set(key, value);
  }
}

export function applyChange(tables: Tables, [table, key, value]: RowChange): void {
  let rows = tables.get(table);
  if (value === undefined) {
    rows?.delete(key);
    if (rows?.size === 0) tables.delete(table);
    return;
  }
  if (rows === undefined) {
    rows = new Map();
    tables.set(table, rows);
  }
  rows.set(key, value);
}
