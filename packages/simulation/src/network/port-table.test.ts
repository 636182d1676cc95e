import { describe, expect, test } from 'vitest';
import { PortTable } from './port-table.ts';

describe('PortTable', () => {
  test('gives each free port once, and goes round', () => {
    const ports = new PortTable<string>('a');
    const given = Array.from({ length: 16_384 }, () => {
      const port = ports.claim(0);
      ports.set(port, 'taken');
      return port;
    });
    expect(new Set(given).size).toBe(16_384);
    expect(() => ports.claim(0)).toThrow('all ports from 49152 to 65535 of a are in use');
    ports.release(50_000);
    expect(ports.claim(0)).toBe(50_000);
  });

  test('refuses a port in use, and what is no port', () => {
    const ports = new PortTable<string>('a');
    ports.set(ports.claim(80), 'web');
    expect(ports.get(80)).toBe('web');
    expect(() => ports.claim(80)).toThrow('port 80 of a is in use already');
    for (const port of [-1, 65_536, 1.5, Number.NaN]) {
      expect(() => ports.claim(port)).toThrow('a whole number from 0 to 65535');
    }
  });
});
