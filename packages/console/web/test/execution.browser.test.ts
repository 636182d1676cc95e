// Goal: a person sees what runs after what and which data it uses, as a drawing or as a table, by pointer or by keyboard.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { everybodyCanUse } from './accessibility.ts';
import { pageInBrowser } from './page-in-browser.ts';

const browser = pageInBrowser();
const { place, query } = browser;
let page: Page;

const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');

test('an operation that is pressed says who calls it and what it does, in its order', async () => {
  page = await browser.open('/execution');
  await page.getByRole('button', { name: /^POST \/orders .* orders, .*degraded/ }).click();
  expect(await query('node')).toBe('server/orders/POST /orders');
  const panel = page.getByRole('complementary', { name: 'POST /orders' });
  const does = panel.locator('section', { hasText: 'Does, in order' }).locator('li');
  expect((await does.allInnerTexts()).map((text) => text.split('\n')[0])).toEqual([
    ...['inventory.Reserve', 'orders-db.orders', 'payments.Charge', 'order-events'],
  ]);
  expect(await does.nth(1).innerText()).toMatch(/2 ×2[\s\S]*writes/);
  await panel.getByRole('button', { name: 'order-events' }).click();
  const topic = page.getByRole('complementary', { name: 'order-events' });
  expect(await topic.locator('section', { hasText: 'Read by' }).innerText()).toMatch(
    /shipping[\s\S]*notifications/,
  );
  await page.keyboard.press('Escape');
  await expect.poll(place).toBe('/execution');
});

test('it goes on by itself, and nothing moves while figures change', async () => {
  page = await browser.open('/execution');
  const node = page.getByRole('button', { name: /^POST \/orders .* orders,/ });
  const facts = () => node.locator('.graph-facts').first().innerHTML();
  const where = () => node.getAttribute('transform');
  await node.waitFor();
  await expect.poll(() => browser.listening).toBe(1);
  const [before, at] = [await facts(), await where()];
  await expect.poll(facts, { timeout: 20_000 }).not.toBe(before);
  expect(await where()).toBe(at);
});

test('repetitions and what runs at the same time are marked on the ways', async () => {
  page = await browser.open('/execution');
  const marks = page.locator('.execution-place text');
  await marks.first().waitFor();
  const texts = await marks.allTextContents();
  expect(texts).toContain('2 ×12');
  expect(texts.filter((text) => text === '∥')).toHaveLength(2);
});

test('arrow keys walk along the ways; one Tab leads in, and one out', async () => {
  page = await browser.open('/execution');
  await page.locator('.graph-node').first().waitFor();
  await page.getByRole('button', { name: 'Internal too' }).focus();
  await page.keyboard.press('Tab');
  expect(await focused()).toMatch(/^GET page/);
  await page.keyboard.press('ArrowRight');
  expect(await focused()).toMatch(/^GET \/products\/\{id\} .* gateway,/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  expect(await focused()).toMatch(/^inventory\.Reserve/);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  expect(await query('node')).toBe('server/orders/POST /orders');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Zoom in');
});

test('about a service or an operation it shows what leads there and what comes of it', async () => {
  page = await browser.open('/execution');
  await page.getByRole('combobox', { name: 'Service' }).selectOption('payments');
  expect(await place()).toBe('/execution?service=payments');
  await expect.poll(() => page.locator('.graph-node').count()).toBe(5);
  await page.getByRole('button', { name: /^payments\.Charge/ }).click();
  await page.getByRole('link', { name: 'Only this' }).click();
  expect(await query('operation')).toBe('payments.Charge');
});

test('what happens within services is asked for', async () => {
  page = await browser.open('/execution');
  const asked = page.waitForRequest(/\/api\/v1\/execution\?.*within=true/);
  await page.getByRole('button', { name: 'Internal too' }).click();
  await asked;
  expect(await place()).toBe('/execution?within=true');
});

test('it can be read as tables: each step in its order, and who shares which data', async () => {
  page = await browser.open('/execution?view=table');
  const steps = page.getByRole('table', { name: 'Steps' });
  const charge = steps.getByRole('row', { name: /POST \/orders orders 3 calls payments\.Charge/ });
  await charge.waitFor();
  const data = page.getByRole('table', { name: 'Data' });
  await data.getByRole('row', { name: /order-events orders notifications, shipping/ }).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'GET page' }).waitFor();
});

test('g and x lead here, and so does the palette', async () => {
  page = await browser.open('/');
  await page.keyboard.type('gx');
  await expect.poll(place).toBe('/execution');
  page = await browser.open('/');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('execution');
  await page.getByRole('option', { name: /Execution/ }).waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(place).toBe('/execution');
});

test('before anything has run it says so', async () => {
  page = await browser.open('/execution', { scenario: 'empty' });
  await page.getByText('Nothing of that kind ran in this window.').waitFor();
});

everybodyCanUse(
  browser,
  ['/execution', '/execution?node=server/orders/POST%20/orders', '/execution?view=table'],
  { shown: (opened) => opened.locator('.panel').first().waitFor() },
);
