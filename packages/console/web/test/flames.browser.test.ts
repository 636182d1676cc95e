// Goal: a person sees what many traces, or one process, spend their time on, and what changed.
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { fixtureToken } from '../fixtures/serve.ts';
import { everybodyCanUse } from './accessibility.ts';
import { pageInBrowser } from './page-in-browser.ts';

const browser = pageInBrowser();
const { query } = browser;
let page: Page;

const flame = () => page.getByRole('group', { name: /Arrows walk/ });

/** The colours of the painted flame, as `red green blue`, the most frequent first. */
const colours = () =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.flame-scroller canvas')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    const counts = new Map<string, number>();
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] === 0) continue;
      const colour = `${data[at]} ${data[at + 1]} ${data[at + 2]}`;
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    return [...counts].sort((one, other) => other[1] - one[1]).map(([colour]) => colour);
  });

const isRed = (colour: string): boolean => {
  const [red = 0, green = 0, blue = 0] = colour.split(' ').map(Number);
  return red > green + 60 && red > blue + 60;
};

describe('critical paths of many traces', () => {
  test('the sentence names what takes the time, and the table says the same in figures', async () => {
    page = await browser.open('/flame');
    await page.getByText('most in POST /charge of card-network').waitFor();
    await expect.poll(async () => (await colours()).length).toBeGreaterThan(5);
    const first = page
      .getByRole('table', { name: 'Operations on the critical path' })
      .getByRole('row')
      .nth(1);
    expect(await first.innerText()).toMatch(/card-network · POST \/charge\s+218 ms/);
  });

  test('a click zooms, the way there is shown, and the address brings one back', async () => {
    page = await browser.open('/flame');
    await flame().waitFor();
    await flame().click({ position: { x: 40, y: 60 } });
    const way = page.getByRole('navigation', { name: 'Zoomed to' });
    expect(await way.getByRole('button').allInnerTexts()).toEqual([
      'All',
      'gateway · POST /orders',
      'orders · POST /orders',
      'payments · payments.Charge',
    ]);
    await page.reload();
    await way.getByRole('button', { name: 'orders · POST /orders' }).click();
    expect(await way.getByRole('button').count()).toBe(3);
    await way.getByRole('button', { name: 'All' }).click();
    expect(await query('zoom')).toBeNull();
  });

  test('it is walked by keyboard, and says where one is', async () => {
    page = await browser.open('/flame');
    await flame().focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
    await page
      .getByRole('status')
      .getByText(/^card-network · POST \/charge, 218 ms, self 218 ms/)
      .waitFor();
    await page.keyboard.press('ArrowRight');
    await page
      .getByRole('status')
      .getByText(/^payments · wait before retry/)
      .waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => query('zoom')).not.toBeNull();
    await page.keyboard.press('Escape');
    await expect.poll(() => query('zoom')).toBeNull();
  });

  test('compared with before, it is grey but for what got slower or faster', async () => {
    page = await browser.open('/flame');
    await flame().waitFor();
    await page.getByLabel('Compared with').selectOption('An hour ago');
    await page.getByText('POST /charge of card-network got 197 ms slower').waitFor();
    expect(await query('compare')).toBe('hour');
    await expect.poll(async () => (await colours()).some(isRed)).toBe(true);
    const changes = page.getByRole('table', { name: 'Operations whose time changed' });
    expect(await changes.getByRole('row').nth(1).innerText()).toMatch(/21\.5 ms\s+218 ms\s+\+197 ms/);
    expect(await changes.getByRole('row', { name: /INSERT orders/ }).innerText()).toContain('−2.8 ms');
  });

  test('of one service and operation', async () => {
    page = await browser.open('/flame');
    await page.getByRole('combobox', { name: /^Service/ }).selectOption('cart');
    await page.getByPlaceholder('All operations').fill('GET /cart');
    await page.keyboard.press('Enter');
    await expect.poll(() => query('operation')).toBe('GET /cart');
    const table = page.getByRole('table', { name: 'Operations on the critical path' });
    await expect.poll(() => table.getByRole('row').count()).toBe(5);
  });

  test('where there is no trace it says so', async () => {
    page = await browser.open('/flame', { scenario: 'empty' });
    await page.getByText('No trace matches in this window.').waitFor();
  });
});

describe('profiles', () => {
  test('are taken by who has the token, and shown at once', async () => {
    page = await browser.open(`/profiles#token=${fixtureToken}`);
    await page.getByRole('button', { name: 'Heap' }).click();
    await page.getByLabel('For how long').selectOption('for 1 s');
    await page.getByRole('button', { name: 'Take profile' }).click();
    await page.getByRole('heading', { level: 2, name: /^Heap of payments/ }).waitFor();
    expect(await page.getByRole('table', { name: 'Functions' }).getByRole('row').nth(1).innerText()).toMatch(
      /MB/,
    );
  });

  test('who has no token is asked for it, and what was wanted goes on', async () => {
    page = await browser.open('/profiles');
    await page.getByRole('button', { name: 'Take profile' }).click();
    await page.getByRole('textbox', { name: 'Token' }).fill(fixtureToken);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: /^CPU of/ }).waitFor();
  });

  test('tell whose code it is, and what is searched for is found in flame and table', async () => {
    page = await browser.open('/profiles/p1');
    await page.getByRole('heading', { level: 2, name: /^CPU of payments/ }).waitFor();
    await page.getByRole('button', { name: /^@holdfast\/resilience/ }).click();
    expect(await query('find')).toBe('@holdfast/resilience');
    const functions = page.getByRole('table', { name: 'Functions' }).getByRole('row');
    expect(await functions.nth(1).innerText()).toContain('TimingWheel.advance');
    await page.getByPlaceholder('Find functions').fill('signRequest');
    await page.keyboard.press('Enter');
    await expect.poll(() => functions.count()).toBe(2);
    await page.getByText(/^found .*%$/).waitFor();
  });
});

everybodyCanUse(browser, ['/flame', '/flame?compare=hour', '/profiles', '/profiles/p1'], {
  shown: (opened) => opened.locator('.table tbody tr').first().waitFor(),
});
