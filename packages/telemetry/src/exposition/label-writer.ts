import type { LabelSet } from '../metrics/label-set.ts';
import { isPlainLabelName, underscored } from '../metrics/metric-names.ts';
import type { InstrumentationScope } from '../resource/resource.ts';
import { escapeQuoted } from './escape-quoted.ts';
import type { ExpositionFormat } from './exposition-format.ts';

/** By OpenTelemetry's rules for Prometheus, what libraries measure says which of them it was. */
const scopeName = 'otel_scope_name';
const scopeVersion = 'otel_scope_version';

/** Writes label sets in one format. What series have in common with the one before is worked out once. */
export class LabelWriter {
  readonly #format: ExpositionFormat;
  /** Names that a sample's own labels must not have. */
  readonly #reserved: ReadonlySet<string>;
  #names: readonly string[] | undefined;
  #shownNames: readonly string[] = [];
  #scope: InstrumentationScope | undefined;
  #shownScope = '';

  constructor(format: ExpositionFormat, reserved: readonly string[]) {
    this.#format = format;
    this.#reserved = new Set([...reserved, scopeName, scopeVersion, '__name__']);
  }

  /** The labels with commas between them; nothing where there are none. */
  write({ names, scope, values }: LabelSet): string {
    if (names !== this.#names) {
      this.#names = names;
      this.#shownNames = this.#show(names);
    }
    let text = scope === undefined ? '' : this.#writeScope(scope);
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index]!;
      // To Prometheus, a label that says nothing is none.
      if (value === '') continue;
      if (text !== '') text += ',';
      text += `${this.#shownNames[index]}="${escapeQuoted(value)}"`;
    }
    return text;
  }

  #writeScope(scope: InstrumentationScope): string {
    if (scope !== this.#scope) {
      this.#scope = scope;
      const version = scope.version === undefined ? '' : `,${scopeVersion}="${escapeQuoted(scope.version)}"`;
      this.#shownScope = `${scopeName}="${escapeQuoted(scope.name)}"${version}`;
    }
    return this.#shownScope;
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
