import { addressOf } from './peer-url.ts';

/**
 * Whether a certificate with these names, the common name first, is that of somebody at one of `hosts`: whether it has one
 * of them as an alternative name. As RFC 6125 has it, `*` stands for the whole first label of a host, and common names
 * count for nothing.
 */
export function namesOneOf(certificateNames: readonly string[], hosts: readonly string[]): boolean {
  const names = new Set(certificateNames.slice(1).map(canonical));
  return hosts.some((host) => {
    const wanted = canonical(host);
    return wanted !== undefined && (names.has(wanted) || names.has(wanted.replace(/^[^.]+(?=\.)/, '*')));
  });
}

/** The hosts of peer URLs. */
export function hostsOf(peerUrls: readonly string[]): string[] {
  return peerUrls.map(addressOf).flatMap((address) => address?.host ?? []);
}

/** IP addresses and capital letters may be written in several ways. Undefined for what is no host. */
function canonical(host: string): string | undefined {
  if (/[/\\?#@\s]/.test(host)) return undefined;
  try {
    return new URL(`http://${host.includes(':') ? `[${host}]` : host}`).hostname;
  } catch {
    return undefined;
  }
}
