import type { PeerCertificate, TLSSocket } from 'node:tls';

/** The names of the certificate that the other end showed and that was accepted, the common name first. */
export function certificateNames(socket: TLSSocket): readonly string[] | undefined {
  const certificate = socket.authorized ? socket.getPeerCertificate() : undefined;
  if (certificate?.subject === undefined) return undefined;
  return [commonName(certificate), ...alternativeNames(certificate)];
}

/** A certificate with several common names, which nobody needs, counts as having none: which one would it be? */
function commonName({ subject }: PeerCertificate): string {
  const name: unknown = subject.CN;
  return typeof name === 'string' ? name : '';
}

/** Node writes them as `DNS:a, IP Address:127.0.0.1`, and those with characters of its own as JSON strings. */
function alternativeNames({ subjectaltname }: PeerCertificate): string[] {
  const names: string[] = [];
  for (const [, quoted, plain] of (subjectaltname ?? '').matchAll(alternativeName)) {
    names.push(quoted === undefined ? plain! : (JSON.parse(quoted) as string));
  }
  return names;
}

const alternativeName = /(?:DNS|URI|IP Address):(?:("(?:[^"\\]|\\.)*")|([^,"]*))/g;
