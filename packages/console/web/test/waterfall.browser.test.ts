// Goal: a person sees where the time of a trace went, however large it is, by pointer, by keyboard, and without seeing.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { largeTraceId } from '../fixtures/trace-view.ts';
import { repeatingTraceId } from '../fixtures/traces.ts';
import { everybodyCanUse } from './accessibility.ts';
import { pageInBrowser } from './page-in-browser.ts';

const order = '/traces/4bf92f3577b34da6a3ce929d0e0e4736';

const browser = pageInBrowser();
const { query } = browser;
let page: Page;

const rows = () => page.getByRole('row');
const grid = () => page.getByRole('treegrid', { name: 'Spans of the trace' });
const chosen = () => page.locator('[role=row][aria-selected=true]');
const panel = () => page.getByRole('complementary', { name: 'Chosen span' });

/** How many colours the timeline has: 1 while nothing is painted. */
const colours = () =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.span-timeline')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });

async function open(path: string, options = {}): Promise<void> {
  page = await browser.open(path, options);
  await rows().first().waitFor();
}

test('one sentence says where the time went, and the bars show it', async () => {
  await open(order);
  expect(await page.locator('.trace-sentence').innerText()).toMatch(
    /^POST \/charge of payments holds .* in 3 calls/,
  );
  expect(await colours()).toBeGreaterThan(10);
  expect(await rows().count()).toBe(Number(await grid().getAttribute('aria-rowcount')));
});

test('j and k walk, the chosen span stands in the address and shows what is known of it', async () => {
  await open(order);
  for (const key of ['j', 'j', 'j', 'k', 'j']) await page.keyboard.press(key);
  expect(await chosen().getAttribute('data-span')).toBe('2');
  expect(await query('span')).toBe('0000000000000003');
  await panel().getByText('http.request.method').waitFor();
  await panel().getByText('The card network did not answer within 250 ms').waitFor();
  expect(await grid().getAttribute('aria-activedescendant')).toBe('span-2');
  await page.keyboard.press('Escape');
  await expect.poll(() => panel().count()).toBe(0);
  expect(await query('span')).toBeNull();
});

test('a link to a span opens it, and its logs are found', async () => {
  await open(`${order}?span=0000000000000004`);
  expect(await chosen().innerText()).toContain('orders');
  await panel().getByRole('link', { name: 'orders' }).click();
  await expect.poll(() => page.evaluate(() => location.pathname)).toBe('/services/orders');
});

test('arrows fold and unfold; what is folded stands in the address and survives a reload', async () => {
  await open(order);
  const all = await rows().count();
  for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => rows().count()).toBe(5);
  expect(await chosen().getAttribute('aria-expanded')).toBe('false');
  expect(await query('fold')).toBe('.0000000000000004');
  await page.reload();
  await rows().first().waitFor();
  expect(await rows().count()).toBe(5);
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => rows().count()).toBe(all);
});

test('a click on the sign of a row folds it too', async () => {
  await open(order);
  const all = await rows().count();
  await page.locator('[data-fold="0"]').click();
  await expect.poll(() => rows().count()).toBe(2);
  await page.locator('[data-fold="0"]').click();
  await expect.poll(() => rows().count()).toBe(all);
});

test('spans are found by words and by conditions, and walked through with n', async () => {
  await open(order);
  await page.keyboard.press('f');
  await page.keyboard.type('error service:payments');
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText('4', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  expect(await chosen().innerText()).toContain('payments.Charge');
  await page.keyboard.press('n');
  expect(await chosen().innerText()).toContain('POST /charge');
  await page.getByLabel('Which spans').selectOption('Found');
  await expect.poll(() => rows().count()).toBeLessThan(12);
  expect(await query('only')).toBe('found');
});

test('a stretch that is dragged over is looked at closely, and w shows all again', async () => {
  await open(order);
  const area = (await page.locator('.span-timeline').boundingBox())!;
  await page.mouse.move(area.x + area.width * 0.3, area.y + 60);
  await page.mouse.down();
  await page.mouse.move(area.x + area.width * 0.5, area.y + 60, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => query('zoom')).toMatch(/^[\d.]+_[\d.]+$/);
  const [from, to] = (await query('zoom'))!.split('_').map(Number) as [number, number];
  expect((to - from) / 742).toBeCloseTo(0.2, 1);
  // The click that ends a drag chooses nothing.
  expect(await query('span')).toBeNull();
  await page.keyboard.press('w');
  await expect.poll(() => query('zoom')).toBeNull();
});

const repeating = `/traces/${repeatingTraceId}`;

test('calls that are repeated have one row that says how many and how long, and are told of', async () => {
  await open(repeating);
  const row = page.getByRole('row', { name: /48 × SELECT prices/ });
  expect(await row.innerText()).toMatch(/each, .*at most/);
  expect(await row.locator('.span-failed').count()).toBe(1);
  await page.getByText(/GET \/cart of cart makes 48 calls of SELECT prices, one after another/).waitFor();
  const few = await rows().count();
  await page.getByRole('button', { name: 'Show them' }).click();
  expect(await chosen().getAttribute('data-span')).toBe(await row.getAttribute('data-span'));
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => Number(await grid().getAttribute('aria-rowcount'))).toBe(few + 47);
  expect(await query('open')).toMatch(/^[0-9a-f]{16}$/);
  await page.reload();
  await rows().first().waitFor();
  expect(Number(await grid().getAttribute('aria-rowcount'))).toBe(few + 47);
  await page.getByRole('button', { name: 'sum up 48' }).click();
  await expect.poll(() => rows().count()).toBe(few);
  expect(await query('open')).toBeNull();
});

test('of repeated calls the one that is looked for is shown, and summed up again on the way out', async () => {
  await open(repeating);
  const few = await rows().count();
  await page.keyboard.press('e');
  expect(await chosen().innerText()).toContain('SELECT prices');
  expect(await chosen().locator('.span-failed').count()).toBe(1);
  expect(Number(await grid().getAttribute('aria-rowcount'))).toBe(few + 47);
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => rows().count()).toBe(few);
  expect(await chosen().innerText()).toContain('48 ×');
});

test('the same can be read as a table', async () => {
  await open(order);
  await page.keyboard.press('v');
  await page.getByText('On path').waitFor();
  expect(await query('view')).toBe('table');
  const cells = await rows().first().getByRole('gridcell').allInnerTexts();
  expect(cells.slice(1)).toEqual(['0', '742 ms', '20.8 ms', '20.8 ms', '2.8%']);
});

test('100,000 spans: what is in view is there, wherever one scrolls, and the rest is not in the document', async () => {
  await open(`/traces/${largeTraceId(100_000)}`);
  expect(await grid().getAttribute('aria-rowcount')).toBe('100000');
  expect(await rows().count()).toBeLessThan(60);
  await page.keyboard.press('End');
  await expect.poll(() => chosen().getAttribute('aria-rowindex')).toBe('100000');
  expect(await colours()).toBeGreaterThan(5);
  await page.keyboard.press('c');
  await page.keyboard.press('e');
  expect(await chosen().locator('.span-failed').count()).toBe(1);
  await page.getByLabel('Which spans').selectOption('Errors');
  await expect.poll(async () => Number(await grid().getAttribute('aria-rowcount'))).toBeLessThan(1000);
});

test('a trace that is not there is told as the console tells it', async () => {
  page = await browser.open('/traces/nothing');
  await page.getByRole('alert').getByText('Nothing is known of /traces/nothing.').waitFor();
  page = await browser.open('/');
});

test('names and attributes stay text', async () => {
  page = await browser.open('/');
  const hostile = '<img src=x onerror="document.title=1"><b>';
  await page.route(`**/api/v1${order}`, async (route) => {
    const response = await route.fetch({ headers: { accept: 'application/json' } });
    const view = await response.json();
    await route.fulfill({ response, json: { ...view, operations: view.operations.map(() => hostile) } });
  });
  await page.route('**/spans/*', async (route) => {
    const response = await route.fetch();
    const detail = await response.json();
    await route.fulfill({
      response,
      json: { ...detail, attributes: { [hostile]: hostile }, statusMessage: hostile },
    });
  });
  await page.goto(new URL(`${order}?span=0000000000000001`, page.url()).href);
  await panel().getByText(hostile).first().waitFor();
  // What is known of the span comes after what is known of the trace.
  await panel().locator('.span-values').getByText(hostile).first().waitFor();
  expect(await page.locator('#main img, #main b').count()).toBe(0);
});

everybodyCanUse(browser, [order, `${order}?span=0000000000000003`, `${order}?view=table`, repeating], {
  shown: async (opened, path) => {
    await opened.getByRole('row').first().waitFor();
    if (!path.includes('span')) return;
    await opened.getByRole('complementary', { name: 'Chosen span' }).getByText('http.route').waitFor();
  },
});
