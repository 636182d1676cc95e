// Goal: who calls whom is seen at once, with the figure that one asks for, and from each cell one comes down to its traces.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { everybodyCanUse } from './accessibility.ts';
import { pageInBrowser } from './page-in-browser.ts';

const browser = pageInBrowser();
const { place } = browser;
let page: Page;

const matrix = () => page.getByRole('table', { name: 'Who calls whom' });
const cell = (name: RegExp) => matrix().getByRole('link', { name });

test('the map is also a matrix, in the order of calls, with the figure that one asks for', async () => {
  page = await browser.open('/map');
  await page.getByRole('button', { name: 'Matrix' }).click();
  expect(await place()).toBe('/map?view=matrix');
  await cell(/^payments calls card-network: .*, failing$/).waitFor();
  const names = await matrix().getByRole('rowheader').allInnerTexts();
  expect(names[0]).toBe('browser');
  expect(names.indexOf('orders')).toBeLessThan(names.indexOf('payments'));
  const shown = () =>
    cell(/^orders calls payments:/)
      .locator('.matrix-figure')
      .innerText();
  expect(await shown()).toMatch(/m?s$/);
  await page.getByRole('button', { name: 'Errors' }).click();
  expect(await place()).toBe('/map?view=matrix&figure=errors');
  expect(await shown()).toMatch(/%$/);
  await page.getByRole('button', { name: 'Largest' }).click();
  expect(await place()).toBe('/map?view=matrix&figure=errors&order=figure');
  await page.reload();
  await expect.poll(() => matrix().getByRole('rowheader').first().innerText()).toMatch(/payments|orders/);
});

test('arrow keys walk from cell to cell, Enter goes down, Escape comes back', async () => {
  page = await browser.open('/map?view=matrix');
  await cell(/^browser calls gateway:/).focus();
  await page.locator('.matrix-readout', { hasText: 'browser → gateway' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  const focused = await page.evaluate(
    () => document.activeElement?.querySelector('.spoken')?.textContent ?? '',
  );
  expect(focused).toMatch(/^orders (calls|sends to) /);
  await page.keyboard.press('Enter');
  expect(await place()).toMatch(/^\/map\/orders\/[\w-]+$/);
  await page.getByText('By process').waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(place).toBe('/map?view=matrix');
});

test('the calls of one service by another: how they go, by operation and process, and their traces', async () => {
  page = await browser.open('/map/orders/payments');
  const processes = page.getByRole('table', { name: 'By process' });
  await processes
    .getByRole('link', { name: /^orders-1 calls nobody answered: .*100% failing, failing$/ })
    .waitFor();
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('orders → payments');
  await processes.getByRole('link', { name: /^orders-2 calls payments-1:/ }).click();
  expect(await place()).toBe(
    '/traces?service=orders&callee=payments&instance=orders-2&calleeInstance=payments-1',
  );
  await page.getByRole('button', { name: 'answered by payments-1' }).click();
  expect(await place()).toBe('/traces?service=orders&callee=payments&instance=orders-2');
  page = await browser.open('/map/orders/payments');
  await page.getByRole('link', { name: 'Failed traces' }).click();
  expect(await place()).toBe('/traces?service=orders&callee=payments&status=error');
});

test('who sends no spans is told of by its callers', async () => {
  page = await browser.open('/map/payments/card-network');
  await page.getByText('card-network tells nothing of itself').waitFor();
  await page.getByRole('link', { name: /^payments-1 calls card-network:/ }).waitFor();
});

everybodyCanUse(
  browser,
  ['/map?view=matrix', '/map/orders/payments', '/traces?service=orders&callee=payments'],
  {
    shown: (opened) => opened.locator('.panel').first().waitFor(),
  },
);
