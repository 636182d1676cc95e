import type { Address } from '@holdfast/core';

/** Where a peer URL such as `http://10.0.0.1:2380` points; undefined when it is none. */
export function addressOf(url: string): Address | undefined {
  const parts = /^(?:http|https|tcp|tls):\/\/(?:\[([0-9a-f:.]+)\]|([^:/@?#[\]]+)):(\d{1,5})\/?$/i.exec(url);
  const port = Number(parts?.[3]);
  const host = parts?.[1] ?? parts?.[2];
  return host === undefined || port > 65_535 ? undefined : { host, port };
}
