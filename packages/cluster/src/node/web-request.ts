/** The head of an HTTP/1 request. */
export interface WebRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
  readonly minorVersion: number;
  /** By lower-case name; values of a field that came several times are joined by commas. */
  readonly headers: ReadonlyMap<string, string>;
}

const requestLine = /^([A-Z]{1,16}) (\/[^\s?#]*)(?:\?[^\s#]*)? HTTP\/1\.([01])$/;
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t -~\u0080-\u00ff]*?)[ \t]*$/;

/** Reads the head of a request (RFC 9112), up to and without its empty line. Undefined when it is none. */
export function parseWebRequest(head: string): WebRequest | undefined {
  const [first = '', ...lines] = head.split('\r\n');
  const [, method, path, minor] = requestLine.exec(first) ?? [];
  if (method === undefined || path === undefined) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = headerLine.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return { method, path, minorVersion: Number(minor), headers };
}
