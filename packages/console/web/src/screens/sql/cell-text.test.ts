import { expect, test } from 'vitest';
import { cellText, isNumeric } from './cell-text.ts';

test.each(['INTEGER', 'BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE', 'DECIMAL(18,3)', 'UTINYINT'])(
  '%s is a number',
  (type) => expect(isNumeric(type)).toBe(true),
);

test.each(['VARCHAR', 'INTEGER[]', 'TIMESTAMP_NS', 'BOOLEAN', 'INTERVAL'])('%s is none', (type) =>
  expect(isNumeric(type)).toBe(false),
);

test('values are shown short, and nothing of a text is lost', () => {
  expect(cellText(12.3456789, 'DOUBLE')).toBe('12.3457');
  expect(cellText(1234567, 'INTEGER')).toBe('1234567');
  expect(cellText('2026-11-29 21:43:00.686634123', 'TIMESTAMP_NS')).toBe('2026-11-29 21:43:00.686');
  expect(cellText('2026-11-29 21:43:00+00', 'TIMESTAMP WITH TIME ZONE')).toBe('2026-11-29 21:43:00');
  expect(cellText('1.23456789', 'VARCHAR')).toBe('1.23456789');
  expect(cellText(['a', 1], 'VARCHAR[]')).toBe('["a",1]');
  expect(cellText(false, 'BOOLEAN')).toBe('false');
});
