/**
 * Whether a `Host` header (or `:authority`) is a name that somebody on this machine would use. A web page of elsewhere, whose
 * name was made to lead here, is not: it must not reach what listens on loopback only.
 */
export function isLoopbackHost(header: string | undefined): boolean {
  const host = (header ?? '').replace(/:\d+$/, '').toLowerCase();
  return host === '' || host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
