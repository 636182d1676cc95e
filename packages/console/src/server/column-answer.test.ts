import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { packedType, unpacked } from '../api/packed-answer.ts';
import { ColumnAnswer } from './column-answer.ts';

let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

async function ask(value: object, headers: Record<string, string> = {}): Promise<Response> {
  server = createServer((request, response) => void new ColumnAnswer(value).send(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { headers });
}

const rows = 20_001;
const view = {
  name: 'a "quoted" name',
  missing: undefined,
  nothing: null,
  empty: { none: new Int32Array(0), list: [] },
  ids: Array.from({ length: rows }, (_, row) => row.toString(16).padStart(16, '0')),
  parents: Int32Array.from({ length: rows }, (_, row) => row - 1),
  inner: { starts: Float64Array.from({ length: rows }, (_, row) => row / 3), nested: [{ name: 'x' }] },
};

test('is JSON as anybody reads it', async () => {
  const response = await ask(view);
  expect(response.headers.get('content-type')).toBe('application/json');
  const { missing, ...told } = view;
  expect(await response.json()).toEqual({
    ...told,
    empty: { none: [], list: [] },
    parents: Array.from(view.parents),
    inner: { starts: Array.from(view.inner.starts), nested: [{ name: 'x' }] },
  });
});

test('is packed for whoever takes that', async () => {
  const response = await ask(view, { accept: `${packedType}, application/json` });
  expect(response.headers.get('content-type')).toBe(packedType);
  const { missing, ...told } = view;
  expect(unpacked(await response.arrayBuffer())).toEqual(told);
});
