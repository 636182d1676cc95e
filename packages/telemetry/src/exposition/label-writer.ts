import type { LabelSet } from '../metrics/label-set.ts';
import { isPlainLabelName, underscored } from '../metrics/metric-names.ts';
import type { InstrumentationScope } from '../resource/resource.ts';
import type { ByteWriter } from './byte-writer.ts';
import { escapeQuoted } from './escape-quoted.ts';
import type { ExpositionFormat } from './exposition-format.ts';

/** By OpenTelemetry's rules for Prometheus, what libraries measure says which of them it was. */
const scopeName = 'otel_scope_name';
const scopeVersion = 'otel_scope_version';

const comma = Buffer.from(',');
const closingQuote = Buffer.from('"');

/** Writes label sets in one format. What series have in common with the one before is worked out once. */
export class LabelWriter {
  readonly #out: ByteWriter;
  readonly #format: ExpositionFormat;
  /** Names that a sample's own labels must not have. */
  readonly #reserved: ReadonlySet<string>;
  #names: readonly string[] | undefined;
  /** The names as they are written, each up to the value: `name="`. */
  #beginnings: readonly Uint8Array[] = [];
  #scope: InstrumentationScope | undefined;
  #shownScope: Uint8Array = new Uint8Array();

  constructor(out: ByteWriter, format: ExpositionFormat, reserved: readonly string[]) {
    this.#out = out;
    this.#format = format;
    this.#reserved = new Set([...reserved, scopeName, scopeVersion, '__name__']);
  }

  /** Writes the labels with commas between them; returns whether there are any. */
  write({ names, scope, values }: LabelSet): boolean {
    if (names !== this.#names) {
      this.#names = names;
      this.#beginnings = this.#show(names).map((name) => Buffer.from(`${name}="`));
    }
    let any = scope !== undefined;
    if (scope !== undefined) this.#writeScope(scope);
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index]!;
      // To Prometheus, a label that says nothing is none.
      if (value === '') continue;
      if (any) this.#out.bytes(comma);
      this.#out.bytes(this.#beginnings[index]!);
      this.#out.quoted(value);
      this.#out.bytes(closingQuote);
      any = true;
    }
    return any;
  }

  #writeScope(scope: InstrumentationScope): void {
    if (scope !== this.#scope) {
      this.#scope = scope;
      const version = scope.version === undefined ? '' : `,${scopeVersion}="${escapeQuoted(scope.version)}"`;
      this.#shownScope = Buffer.from(`${scopeName}="${escapeQuoted(scope.name)}"${version}`);
    }
    this.#out.bytes(this.#shownScope);
  }

  /** Names that would be the same, or are taken, get `_` after them: a scraper refuses all of a page that has one twice. */
  #show(names: readonly string[]): string[] {
    const taken = new Set(this.#reserved);
    return names.map((name) => {
      let plain = underscored(name).replaceAll(':', '_');
      let shown = name;
      while (taken.has(plain)) {
        plain += '_';
        shown += '_';
      }
      taken.add(plain);
      if (isPlainLabelName(shown)) return shown;
      return this.#format.quotesNames ? `"${escapeQuoted(shown)}"` : plain;
    });
  }
}
