// Goal: a person asks in SQL for anything that is kept, sees where a statement is wrong, and can send the question to somebody.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { everybodyCanUse } from './accessibility.ts';
import { pageInBrowser } from './page-in-browser.ts';

const browser = pageInBrowser({ mayComplain: true });
let page: Page;

const sqlOfPlace = () => page.evaluate(() => new URLSearchParams(location.search).get('sql'));
const editor = () => page.getByRole('textbox', { name: 'SQL' });
const rows = () => page.locator('.sql-result tbody tr');
const addressOf = (sql: string) => `/sql?${new URLSearchParams({ sql })}`;
const limited = 'SELECT * FROM spans LIMIT 50';
const mistaken = 'SELECT *\nFORM spans';

test('Ctrl and Enter run the statement, which stands in the address then and runs when that is opened', async () => {
  page = await browser.open('/');
  await page.keyboard.type('gq');
  await editor().waitFor();
  await page.keyboard.press('e');
  await page.keyboard.press('Control+a');
  await page.keyboard.type(limited);
  expect(await rows().count()).toBe(0);
  await page.keyboard.press('Control+Enter');
  await rows().first().waitFor();
  expect(await sqlOfPlace()).toBe(limited);
  await page.reload();
  await expect.poll(() => rows().count()).toBe(50);
  expect(await editor().inputValue()).toBe(limited);
  expect(browser.complaints).toEqual([]);
});

test('columns say their types; a trace and a service lead to where they are shown', async () => {
  page = await browser.open(addressOf(limited));
  await rows().first().waitFor();
  expect(await page.getByRole('columnheader', { name: 'p99 double' }).count()).toBe(1);
  expect(await rows().first().innerText()).toContain('null');
  await rows()
    .nth(1)
    .getByRole('link', { name: /^[0-9a-f]{32}$/ })
    .click();
  expect(await page.evaluate(() => location.pathname)).toMatch(/^\/traces\/[0-9a-f]{32}$/);
});

test('where a statement is wrong is said, and shown in it', async () => {
  page = await browser.open(addressOf(mistaken));
  await page.getByRole('alert').getByText('Line 2, column 6: Parser Error').waitFor();
  await page.getByRole('button', { name: 'Show me' }).click();
  const chosen = await editor().evaluate((area: HTMLTextAreaElement) =>
    area.value.slice(area.selectionStart, area.selectionEnd),
  );
  expect(chosen).toBe('spans');
  await page.keyboard.press('Control+a');
  await page.keyboard.type(limited);
  expect(await page.getByRole('button', { name: 'Show me' }).count()).toBe(0);
  await page.keyboard.press('Control+Enter');
  await rows().first().waitFor();
});

test('a long answer comes by and by, and says that there is more', async () => {
  page = await browser.open(addressOf('SELECT * FROM spans'));
  await page.getByText(/the first 10.000 rows; there are more/).waitFor();
  expect(await rows().count()).toBe(200);
  await page.getByRole('button', { name: /^More, of/ }).click();
  expect(await rows().count()).toBe(400);
});

test('an example runs; a column is put where the caret is; a table can be had as a file', async () => {
  page = await browser.open('/sql');
  await page.getByRole('button', { name: 'Failures by message' }).click();
  await rows().first().waitFor();
  expect(await sqlOfPlace()).toContain("status = 'error'");
  await editor().fill('SELECT  FROM spans');
  await editor().evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(7, 7));
  await page.getByRole('button', { name: 'duration_ms' }).click();
  expect(await editor().inputValue()).toBe('SELECT duration_ms FROM spans');
  const file = page.getByRole('link', { name: 'Parquet of spans' });
  expect(await file.getAttribute('href')).toBe('/api/v1/export/spans.parquet?from=-15m');
  expect(browser.complaints).toEqual([]);
});

test('back leads to the statement before', async () => {
  page = await browser.open(addressOf(limited));
  await rows().first().waitFor();
  await editor().fill('SELECT * FROM nobody');
  await page.keyboard.press('Control+Enter');
  await page.getByText('No rows.').waitFor();
  await page.goBack();
  await rows().first().waitFor();
  expect(await editor().inputValue()).toBe(limited);
});

everybodyCanUse(browser, ['/sql', addressOf(limited), addressOf(mistaken)], {
  shown: async (opened) => {
    await opened.locator('#sql-outcome .panel, #sql-outcome .empty').first().waitFor();
    await opened.getByRole('button', { name: 'duration_ms' }).waitFor();
  },
});
