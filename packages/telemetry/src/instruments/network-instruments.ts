import { defineEvent, type Unsubscribe } from '@holdfast/core';
import type { TlsFilesRefused } from '@holdfast/runtime';
import type { HandshakeRefused } from '@holdfast/transport';
import { errorType } from '../red/error-type.ts';
import type { Teller } from './teller.ts';

/** Tells who was not let in, and of certificates that cannot be used. */
export function observeNetwork(teller: Teller): Unsubscribe[] {
  const refused = teller.registry.counter('holdfast.transport.handshakes.refused', {
    help: 'Connections that were not let in, or said nothing sensible.',
    unit: '{connection}',
    labels: ['error.type'],
  });
  const files = teller.registry.counter('holdfast.tls.files.refused', {
    help: 'How often changed TLS files could not be used.',
    unit: '{change}',
  });
  return [
    defineEvent<HandshakeRefused>('holdfast.transport.handshake-refused').subscribe(({ error }) =>
      refused.with({ 'error.type': errorType(error) }).add(),
    ),
    defineEvent<TlsFilesRefused>('holdfast.runtime.tls-files-refused').subscribe(
      ({ files: changed, error }) => {
        files.add();
        teller.log(
          'error',
          `changed TLS files cannot be used, those before stay in use: ${changed.join(', ')}`,
          { 'error.type': errorType(error) },
        );
        teller.error(error);
      },
    ),
  ];
}
