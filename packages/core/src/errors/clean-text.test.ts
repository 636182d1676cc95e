import { expect, test } from 'vitest';
import { cleanText } from './clean-text.ts';

test('passwords in URLs are not shown, even where the text is cut', () => {
  const text = 'cannot reach redis://admin:hunter2@cache:6379/0 nor amqp://:hunter2@queue';
  const clean = 'cannot reach redis://admin:[redacted]@cache:6379/0 nor amqp://:[redacted]@queue';
  expect(cleanText(text, 200)).toBe(clean);
  for (let length = 0; length < text.length; length++)
    expect(cleanText(text, length)).not.toContain('hunter');
  expect(cleanText(clean, 200)).toBe(clean);
});

test('other text is only cut', () => {
  expect(cleanText('http://host:80/a?b=c:d@e', 100)).toBe('http://host:80/a?b=c:d@e');
  expect(cleanText('abc', 3)).toBe('abc');
  expect(cleanText('abcd', 3)).toBe('abc…');
});
