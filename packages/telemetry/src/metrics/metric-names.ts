import { invalidArgument } from '@holdfast/core';

/** Names that every version of Prometheus understands; others are escaped or quoted. */
const plainMetricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const plainLabelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const loneSurrogate = /\p{Surrogate}/u;
const lengthMax = 256;

/** @throws HoldfastError INVALID_ARGUMENT unless `name` is a text of 1 to 256 characters that UTF-8 can hold. */
export function checkMetricName(name: string, field: string): void {
  if (!isName(name)) throw invalidArgument(field, name, nameExpected);
}

/**
 * `reserved` are the labels that the kind of metric writes itself.
 *
 * @throws HoldfastError INVALID_ARGUMENT for a name that is no name, comes twice, or is reserved.
 */
export function checkLabelNames(names: readonly string[], reserved: readonly string[]): void {
  const seen = new Set(reserved.map(underscored));
  names.forEach((name, index) => {
    const field = `labels[${index}]`;
    if (!isName(name)) throw invalidArgument(field, name, nameExpected);
    if (name.startsWith('__')) throw invalidArgument(field, name, "a name that does not begin with '__'");
    if (seen.has(underscored(name))) {
      throw invalidArgument(field, name, `a name of its own, also with '_' in place of special characters`);
    }
    seen.add(underscored(name));
  });
}

export function isPlainMetricName(name: string): boolean {
  return plainMetricName.test(name);
}

export function isPlainLabelName(name: string): boolean {
  return plainLabelName.test(name);
}

/** The name with `_` in place of every character that older versions of Prometheus refuse. */
export function underscored(name: string): string {
  return name.replace(/[^a-zA-Z0-9_:]/gu, '_').replace(/^(?=[0-9])/, '_');
}

const nameExpected = `a text of 1 to ${lengthMax} characters that UTF-8 can hold`;

function isName(name: unknown): boolean {
  return typeof name === 'string' && name.length > 0 && name.length <= lengthMax && !loneSurrogate.test(name);
}
