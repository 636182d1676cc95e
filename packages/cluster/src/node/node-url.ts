import { type Address, invalidArgument } from '@holdfast/core';

/** `http` and `https` carry etcd's protocols, `tcp` and `tls` the native one. */
export type NodeUrlScheme = 'http' | 'https' | 'tcp' | 'tls';

/** Where a node listens, or is to be reached: `http://127.0.0.1:2379`. */
export interface NodeUrl {
  readonly scheme: NodeUrlScheme;
  readonly address: Address;
  /** Whether what it carries is encrypted. */
  readonly encrypted: boolean;
  /** As it was written, without a slash at its end. */
  readonly text: string;
}

const pattern = /^([a-z]+):\/\/(\[[0-9a-fA-F:.]+\]|[^\s/:@[\]]+):(\d{1,5})\/?$/;

/**
 * Reads a URL of one of the `schemes`. `field` names it in the error.
 *
 * @throws HoldfastError INVALID_ARGUMENT when it is not of the form `scheme://host:port`.
 */
export function parseNodeUrl(text: string, field: string, schemes: readonly NodeUrlScheme[]): NodeUrl {
  const [, scheme, host = '', digits] = pattern.exec(text) ?? [];
  const port = Number(digits);
  const known = schemes.find((each) => each === scheme);
  if (known === undefined || port > 65_535) {
    throw invalidArgument(
      field,
      text,
      `a URL such as ${schemes[0]}://127.0.0.1:2379 (${schemes.join(' or ')})`,
    );
  }
  return {
    scheme: known,
    address: { host: host.replace(/^\[|\]$/g, ''), port },
    encrypted: known === 'https' || known === 'tls',
    text: text.replace(/\/$/, ''),
  };
}

/** Whether it stands for all addresses of this machine: one may listen there, but nobody can be sent there. */
export function isUnspecified({ address }: NodeUrl): boolean {
  return address.host === '0.0.0.0' || address.host === '::';
}
