// Goal: a person finds what is wrong and why, by pointer or by keyboard, and every step has an address.
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { fixtureToken } from '../fixtures/serve.ts';
import { accessibilityProblems, everybodyCanUse } from './accessibility.ts';
import { pageInBrowser } from './page-in-browser.ts';

const browser = pageInBrowser();
const { place } = browser;
let page: Page;

const heading = () => page.getByRole('heading', { level: 1 }).innerText();

describe('overview', () => {
  test('says in one sentence how it is, and a finding leads to where it is seen', async () => {
    page = await browser.open('/');
    await page.getByText('Orders are failing').waitFor();
    expect(await page.locator('.headline .health-mark').getAttribute('aria-label')).toBe('failing');
    await page.getByRole('link', { name: /card-network is the bottleneck/ }).click();
    expect(await place()).toBe('/services/payments');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    expect(await heading()).toBe('payments');
  });

  test('is grey while all is well', async () => {
    page = await browser.open('/', { scenario: 'calm' });
    await page.getByText('All is well.').waitFor();
    await page.locator('.graph-node').first().waitFor();
    expect(await page.locator('.alarm, .warn, .graph-node-alarm, .graph-node-warn, .finding').count()).toBe(
      0,
    );
  });

  test('says how to begin before anything was heard', async () => {
    page = await browser.open('/', { scenario: 'empty' });
    const origin = await page.evaluate(() => location.origin);
    await page.getByText(`OTEL_EXPORTER_OTLP_ENDPOINT=${origin}`).waitFor();
  });

  test('goes on by itself', async () => {
    page = await browser.open('/');
    const traffic = page.locator('.signal-figure').first();
    const before = await traffic.innerText();
    await expect.poll(() => traffic.innerText(), { timeout: 20_000 }).not.toBe(before);
  });

  test('holds still when told to, which the address says, and goes live again', async () => {
    page = await browser.open('/');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Go live' }).waitFor();
    expect(await place()).toMatch(/^\/\?from=\d+&to=\d+$/);
    await page.reload();
    await page.getByRole('button', { name: 'Go live' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    expect(await place()).toBe('/');
  });

  test('holds no connection while nobody sees it, or the seventh tab would wait for ever', async () => {
    page = await browser.open('/');
    const traffic = page.locator('.signal-figure').first();
    await traffic.waitFor();
    const turn = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await expect.poll(() => browser.listening).toBe(1);
    await turn(true);
    await expect.poll(() => browser.listening).toBe(0);
    await turn(false);
    await expect.poll(() => browser.listening).toBe(1);
    const before = await traffic.innerText();
    await expect.poll(() => traffic.innerText(), { timeout: 20_000 }).not.toBe(before);
  });
});

describe('whoever would rather read', () => {
  test('has the signals as a table, whose figures are those of the charts', async () => {
    page = await browser.open('/');
    await page.locator('.time-chart').first().waitFor();
    await page.keyboard.press('v');
    const table = page.getByRole('table', { name: 'Signals' });
    await table.waitFor();
    expect(await place()).toBe('/?signals=table');
    expect(await table.getByRole('row').nth(1).innerText()).toMatch(/\d\d:\d\d:\d\d.*\/s.*%.*ms/s);
    await page.getByRole('button', { name: 'Signals as charts (v)' }).click();
    await page.locator('.time-chart').first().waitFor();
  });
});

describe('a console that is gone', () => {
  test('is told of on every screen, with the age of what is shown, until it is back', async () => {
    page = await browser.open('/');
    await page.getByText('Orders are failing').waitFor();
    await page.route('**/api/v1/**', (route) => route.abort());
    browser.interrupt();
    await page
      .getByRole('alert')
      .getByText(/does not answer\. What you see is from \d\d:\d\d:\d\d/)
      .waitFor();
    await page.getByText('Orders are failing').waitFor();
    await page.unroute('**/api/v1/**');
    await page.getByRole('alert').waitFor({ state: 'detached', timeout: 20_000 });
    expect(browser.complaints.length).toBeGreaterThan(0);
    page = await browser.open('/');
  });
});

test('what is of the present goes on while a window of the past is looked at, and asks for none', async () => {
  page = await browser.open('/cluster?from=1000&to=2000');
  const committed = page.getByRole('row', { name: /^n2/ }).getByRole('cell').nth(4);
  const before = await committed.innerText();
  await expect.poll(() => committed.innerText(), { timeout: 20_000 }).not.toBe(before);
  expect(await page.getByRole('button', { name: /^Window of time/ }).count()).toBe(0);
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Traces' }).click();
  expect(await place()).toBe('/traces?from=1000&to=2000');
});

describe('by keyboard', () => {
  test('g and a letter go to a screen, j and k walk through rows, Enter opens', async () => {
    page = await browser.open('/');
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.getByRole('table', { name: 'Services' }).waitFor();
    expect(await place()).toBe('/services');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'orders' }).waitFor();
    expect(await place()).toBe('/services/orders');
  });

  test('a slash searches: services, screens, a trace by its id, words in logs', async () => {
    page = await browser.open('/map');
    await page.keyboard.press('/');
    await page.keyboard.type('invent');
    await page.getByRole('option', { name: /inventory/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'inventory' }).waitFor();

    await page.keyboard.press('Control+k');
    await page.keyboard.type('out of stock');
    await page.getByRole('option', { name: /Logs with/ }).waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(place).toBe('/logs?text=out+of+stock');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });

    await page.keyboard.press('/');
    await page.keyboard.type('0af7651916cd43dd8448eb211c80319c');
    await page.keyboard.press('Enter');
    await expect.poll(place).toBe('/traces/0af7651916cd43dd8448eb211c80319c');
  });

  test('a question mark tells the keys; letters that are typed into a field are text', async () => {
    page = await browser.open('/logs');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Search the text').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('f');
    await page.keyboard.type('gs/?jk');
    await page.keyboard.press('Enter');
    await expect.poll(place).toBe(`/logs?text=${encodeURIComponent('gs/?jk')}`);
  });
});

describe('the address holds every state', () => {
  test('the order of a table, through a reload', async () => {
    page = await browser.open('/services');
    await page.getByRole('button', { name: 'p95' }).click();
    expect(await place()).toBe('/services?sort=-p95');
    await page.reload();
    const sorted = page.getByRole('columnheader', { name: /p95/ });
    await sorted.waitFor();
    expect(await sorted.getAttribute('aria-sort')).toBe('descending');
  });

  test('a stretch that is dragged over a chart becomes the window of every screen, and back undoes it', async () => {
    page = await browser.open('/');
    const chart = page.locator('.time-chart .u-over').first();
    await chart.waitFor();
    const box = (await chart.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.3, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 20, { steps: 4 });
    await page.mouse.up();
    await expect.poll(place).toMatch(/^\/\?from=\d+&to=\d+$/);
    const chosen = await place();
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Traces' }).click();
    expect(await place()).toBe(chosen.replace('/?', '/traces?'));
    await page.goBack();
    await page.goBack();
    await expect.poll(place).toBe('/');
    await page.getByRole('button', { name: 'Window of time: Last 15 minutes' }).waitFor();
  });

  test('a window that is chosen from the list', async () => {
    page = await browser.open('/services/orders');
    await page.keyboard.press('t');
    await page.getByRole('button', { name: 'Last hour' }).click();
    expect(await place()).toBe('/services/orders?from=-1h');
  });

  test('an address that leads nowhere says so', async () => {
    page = await browser.open('/nowhere');
    await page.getByText('There is nothing at this address.').waitFor();
  });
});

describe('service map', () => {
  test('a service that is pressed shows who hangs on it; Escape lets go', async () => {
    page = await browser.open('/map');
    await page.getByRole('button', { name: /^orders .*degraded/ }).click();
    expect(await place()).toBe('/map?node=orders');
    const panel = page.getByRole('complementary', { name: 'orders' });
    await panel.getByText('Cannot be reached without it').waitFor();
    await panel.getByRole('link', { name: 'payments' }).click();
    expect(await place()).toBe('/map?node=payments');
    await page.keyboard.press('Escape');
    await expect.poll(place).toBe('/map');
  });

  test('it can be read as a table, and walked through by Tab and Enter as a drawing', async () => {
    page = await browser.open('/map?view=table');
    const row = page.getByRole('row', { name: /payments card-network/ });
    await row.waitFor();
    expect(await row.innerText()).toMatch(/\/s/);
    page = await browser.open('/map');
    await page.getByRole('button', { name: /^payments .*failing/ }).focus();
    await page.keyboard.press('Enter');
    expect(await place()).toBe('/map?node=payments');
  });

  test('nothing moves while figures change', async () => {
    page = await browser.open('/map');
    const node = page.getByRole('button', { name: /^orders / });
    const facts = () => node.locator('.graph-facts').innerHTML();
    const where = () => node.getAttribute('transform');
    await node.waitFor();
    const [before, at] = [await facts(), await where()];
    await expect.poll(facts, { timeout: 20_000 }).not.toBe(before);
    expect(await where()).toBe(at);
  });
});

test('services are found by a part of their name, however it is written', async () => {
  page = await browser.open('/services');
  await page.getByRole('textbox', { name: 'Filter by name' }).fill('PAY');
  await page.keyboard.press('Enter');
  const rows = page.getByRole('table', { name: 'Services' }).getByRole('row');
  await expect.poll(() => rows.count()).toBe(2);
  expect(await rows.nth(1).innerText()).toContain('payments');
});

describe('service', () => {
  test('shows operations, the open breaker, where its time goes, and its instances', async () => {
    page = await browser.open('/services/orders');
    await page
      .getByRole('table', { name: 'Operations' })
      .getByRole('link', { name: 'POST /orders' })
      .waitFor();
    expect(await page.locator('.policy-alarming', { hasText: 'breaker' }).innerText()).toMatch(/open 2\/3/);
    expect(await page.locator('.breakdown li').first().innerText()).toMatch(/payments/);
    expect(await page.locator('.instances > li').count()).toBe(3);
    const limit = page.locator('.resources > li', { hasText: 'CPU limit' }).first();
    expect(await limit.innerText()).toMatch(/% throttled/);
    const pipelines = page.getByRole('button', { name: 'inventory.call' });
    expect(await pipelines.first().innerText()).toMatch(/hedge · breaker closed/);
    await pipelines.nth(1).click();
    expect(await place()).toBe('/services/orders?pipeline=inventory.call+2');
    await page.locator('.policy', { hasText: 'max attempts' }).last().waitFor();
    await page.getByRole('link', { name: 'POST /orders', exact: true }).click();
    expect(await place()).toBe('/traces?service=orders&operation=POST+%2Forders');
  });

  test('the slowest that its metrics measured lead to their traces', async () => {
    page = await browser.open('/services/orders');
    const rows = page.getByRole('table', { name: 'Slowest by its metrics' }).getByRole('row');
    await expect.poll(() => rows.count()).toBe(4);
    expect(await rows.nth(1).innerText()).toMatch(/holdfast\.operation\.duration\s+checkout\s+[\d.]+ m?s/);
    await rows.nth(1).click();
    await expect.poll(place).toMatch(/^\/traces\/[0-9a-f]{32}$/);
  });

  test('a stretch of durations leads to its traces', async () => {
    page = await browser.open('/services/payments');
    const plot = page.locator('.latencies-plot');
    await plot.waitFor();
    await plot.scrollIntoViewIfNeeded();
    const box = (await plot.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.7, box.y + 80);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, box.y + 80, { steps: 4 });
    await page.mouse.up();
    await expect.poll(place).toMatch(/^\/traces\?service=payments&durationMin=[\d.]+&durationMax=[\d.]+$/);
  });

  test('one that is not known is told as the console tells it', async () => {
    page = await browser.open('/services/nobody');
    await page.getByRole('alert').getByText('Nothing is known of /services/nobody.').waitFor();
    expect(browser.complaints.length).toBeGreaterThan(0);
    page = await browser.open('/');
  });
});

test('a slow answer is waited for, not asked for again', async () => {
  page = await browser.open('/');
  let asked = 0;
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/api/v1/services/orders?*', async (route) => {
    asked++;
    await released;
    await route.continue();
  });
  await page.clock.install();
  await page.evaluate(() => location.assign('/services/orders'));
  await expect.poll(() => asked).toBe(1);
  await page.clock.runFor(30_000);
  expect(asked).toBe(1);
  release();
  await page.getByRole('table', { name: 'Operations' }).waitFor();
});

describe('traces', () => {
  test('filters are asked for, and stand in the address', async () => {
    page = await browser.open('/traces');
    await page.getByRole('table', { name: 'Traces' }).waitFor();
    await page.getByRole('search').getByRole('button', { name: 'Failed' }).click();
    expect(await place()).toBe('/traces?status=error');
    await expect.poll(() => page.locator('.trace-bar-failed').count()).toBeGreaterThan(0);
    await expect
      .poll(() => page.locator('.table tbody tr').count())
      .toBe(await page.locator('.trace-bar-failed').count());
    await page.getByRole('textbox', { name: 'Longer than' }).fill('soon');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('textbox', { name: 'Longer than' }).getAttribute('aria-invalid')).toBe(
      'true',
    );
    expect(await place()).toBe('/traces?status=error');
    await page.getByRole('textbox', { name: 'Longer than' }).fill('1.5s');
    await page.keyboard.press('Enter');
    await expect.poll(place).toBe('/traces?status=error&durationMin=1500');
    await page.keyboard.press('Escape');
    await page.keyboard.press('x');
    await expect.poll(place).toBe('/traces');
  });

  test('older ones come when asked for; a row leads to its trace', async () => {
    page = await browser.open('/traces');
    const rows = page.locator('.table tbody tr');
    await rows.first().waitFor();
    const before = await rows.count();
    await page.getByRole('button', { name: 'Load older' }).click();
    await expect.poll(() => rows.count()).toBeGreaterThan(before);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await expect.poll(place).toMatch(/^\/traces\/[0-9a-f]{32}$/);
  });

  test('a rectangle in the picture becomes window and durations', async () => {
    page = await browser.open('/traces');
    const picture = page.locator('.scatter');
    await picture.locator('circle').first().waitFor();
    const box = (await picture.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.4, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + 80, { steps: 4 });
    await page.mouse.up();
    await expect.poll(place).toMatch(/^\/traces\?from=\d+&to=\d+&durationMin=[\d.]+&durationMax=[\d.]+$/);
  });
});

describe('logs', () => {
  test('what is searched for is marked; a line shows what it carries and leads to its trace', async () => {
    page = await browser.open('/logs?text=charge&severity=error');
    await page.locator('mark', { hasText: 'charge' }).first().waitFor();
    expect(new Set(await page.locator('.log-severity').allTextContents())).toEqual(new Set(['error']));
    await page.locator('.log-line', { hasText: 'TIMEOUT' }).first().click();
    await page.getByText('at charge (payments/src/charge.ts:41:11)').waitFor();
    expect(await place()).toMatch(/&line=/);
    await page.getByRole('link', { name: 'Open trace' }).click();
    expect(await place()).toMatch(/^\/traces\/[0-9a-f]{32}\?span=[0-9a-f]{16}$/);
  });

  test('a stretch of the bars becomes the window', async () => {
    page = await browser.open('/logs');
    const bars = page.locator('.log-bars');
    await bars.waitFor();
    const box = (await bars.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.6, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.3, box.y + 10, { steps: 4 });
    expect(await page.locator('.log-bar.pointed').count()).toBeGreaterThan(1);
    await page.mouse.up();
    await expect.poll(place).toMatch(/^\/logs\?from=\d+&to=\d+$/);
  });

  test('text of a log stays text', async () => {
    page = await browser.open('/logs');
    const hostile = '<img src=x onerror="document.title=1"><b>';
    await page.route('**/api/v1/logs*', async (route) => {
      const response = await route.fetch();
      const list = await response.json();
      list.logs[0] = { ...list.logs[0], body: hostile, attributes: { [hostile]: hostile } };
      await route.fulfill({ response, json: list });
    });
    await page.reload();
    const line = page.locator('.log-line').first();
    await line.waitFor();
    await line.click();
    expect(await line.locator('.log-body').innerText()).toBe(hostile);
    expect(await page.locator('#main img, #main b').count()).toBe(0);
  });
});

describe('whoever acts', () => {
  test('has the token from the address, which does not keep it', async () => {
    page = await browser.open(`/#token=${fixtureToken}`);
    await page.getByRole('button', { name: 'Actions unlocked' }).waitFor();
    expect(await page.evaluate(() => location.href)).not.toContain(fixtureToken);
  });

  test('or gives it in a dialog', async () => {
    page = await browser.open('/');
    await page.getByRole('button', { name: 'Read-only' }).click();
    await page.getByRole('textbox', { name: 'Token' }).fill(fixtureToken);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Actions unlocked' }).waitFor();
  });
});

test('colours are chosen, and stay chosen', async () => {
  page = await browser.open('/');
  await page.getByRole('button', { name: 'Dark' }).click();
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.reload();
  expect(await ground()).toBe(dark);
  await page.getByRole('button', { name: 'Light' }).click();
  expect(await ground()).not.toBe(dark);
});

everybodyCanUse(
  browser,
  ['/', '/map?node=orders', '/map?view=table', '/services', '/services/orders', '/traces', '/logs'],
  {
    shown: (opened) => opened.locator('.panel').first().waitFor(),
  },
);

test.each(['/', '?'])('everybody can use the dialog behind %s', async (key) => {
  page = await browser.open('/services');
  await page.getByRole('table').waitFor();
  await page.keyboard.press(key);
  await page.getByRole('dialog').waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
});
