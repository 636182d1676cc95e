import { expect, test } from 'vitest';
import { electionTrace } from '../../test/election-trace.ts';
import { tracePage } from './trace-page.ts';

test('what is in the trace cannot end the element that carries it', () => {
  const hostile = '</script><script>alert(1)</script><!--';
  const page = tracePage({ ...electionTrace(), scenario: hostile, text: hostile, replay: hostile });
  expect(page).not.toContain('alert(1)</script>');
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  const embedded = /<script type="application\/json" id="trace">(.*)<\/script>/.exec(page)?.[1];
  expect(JSON.parse(embedded!).scenario).toBe(hostile);
});

test('it loads nothing from anywhere', () => {
  const page = tracePage(electionTrace());
  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/\b(?:src|href)=|@import|url\(|https?:/);
});
