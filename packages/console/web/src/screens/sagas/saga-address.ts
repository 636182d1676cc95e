import type { AdminSaga } from '../../api/console-api.ts';

/** Which saga, of which ledger, of which process. */
export interface SagaAddress {
  readonly source: string;
  readonly ledger: string;
  readonly id: string;
}

/** An address as a parameter of the URL, and the console's path, have it. */
export function writeSaga({ source, ledger, id }: SagaAddress): string {
  return [source, ledger, id].map(encodeURIComponent).join('/');
}

/** The path of a saga's detail; undefined where the text is none. */
export function sagaPath(text: string | undefined): string | undefined {
  return text !== undefined && /^[^/]+\/[^/]+\/[^/]+$/.test(text) ? `/sagas/${text}` : undefined;
}

/** A saga's type without what all of its kind share: `saga/order` is `order`. */
export function shortType({ type }: Pick<AdminSaga, 'type'>): string {
  return type.replace(/^[^/]*\//, '');
}
