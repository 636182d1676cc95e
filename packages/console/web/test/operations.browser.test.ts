// Goal: a person sees who leads, what is stuck and what fails, and can do something about it.
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { fixtureToken } from '../fixtures/serve.ts';
import { accessibilityProblems, everybodyCanUse } from './accessibility.ts';
import { pageInBrowser } from './page-in-browser.ts';

const browser = pageInBrowser();
const { place, query } = browser;
let page: Page;

describe('cluster', () => {
  test('one sentence says who leads and who is missing', async () => {
    page = await browser.open('/cluster');
    await page.getByRole('heading', { name: 'n2 leads in term 8; n1 does not answer.' }).waitFor();
    const member = page.getByRole('row', { name: /^n1/ });
    expect(await member.innerText()).toContain('unreachable');
    await page
      .getByRole('row', { name: /^n3/ })
      .getByRole('img', { name: /^applied \d+, committed \d+, written \d+$/ })
      .waitFor();
    await page.getByText('n1 leads in term 7').waitFor();
  });

  test('is grey while all is well, and goes on by itself', async () => {
    page = await browser.open('/cluster', { scenario: 'calm' });
    await page.getByText('n1 leads in term 7; both others follow.').waitFor();
    expect(await page.locator('#main .alarm, #main .warn, #main .badge-alarm').count()).toBe(0);
    const committed = page.getByRole('row', { name: /^n1/ }).getByRole('cell').nth(4);
    const before = await committed.innerText();
    await expect.poll(() => committed.innerText(), { timeout: 20_000 }).not.toBe(before);
  });

  test('clients say where they ask, and what they leave alone; a service has its own', async () => {
    page = await browser.open('/cluster');
    const clients = page.getByRole('table', { name: 'Clients' });
    const avoided = clients.getByRole('row', { name: /orders orders-1 .*n1 127\.0\.0\.1:21379 avoided/ });
    expect(await avoided.innerText()).toMatch(/4\s+UNREACHABLE/);
    await clients.getByRole('row', { name: /orders orders-1 .*n2 127\.0\.0\.1:22379 used/ }).click();
    expect(await place()).toBe('/services/orders');
    const own = page.getByRole('region', { name: 'Clients of clusters' });
    await own.getByRole('row', { name: /orders-1 .*n1 127\.0\.0\.1:21379 avoided/ }).waitFor();
    page = await browser.open('/services/catalog');
    await page.getByRole('table', { name: 'Operations' }).waitFor();
    expect(await page.getByText('Clients of clusters').count()).toBe(0);
  });

  test('says how to see one, where there is none', async () => {
    page = await browser.open('/cluster', { scenario: 'empty' });
    await page.getByText('No cluster has been seen.').waitFor();
  });
});

describe('sagas', () => {
  const panel = () => page.getByRole('region', { name: 'Chosen saga' });

  test('the stuck ones are first, and one that is chosen tells what happened', async () => {
    page = await browser.open('/sagas');
    await page.getByText('3 sagas are stuck and wait for you.').waitFor();
    const first = page.getByRole('table', { name: 'Sagas' }).getByRole('row').nth(1);
    expect(await first.innerText()).toContain('stuck');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await panel().getByText('Stuck at charge card.').waitFor();
    await panel().getByText('attempt failed').first().waitFor();
    await panel().getByText('5 failed attempts').waitFor();
    expect(await query('saga')).toMatch(/^http%3A/);
    expect(await panel().getByRole('figure', { name: 'Steps over time' }).innerText()).toContain(
      'charge card',
    );
    await page.reload();
    await panel().getByText('Stuck at charge card.').waitFor();
  });

  test('compensation is shown, step by step', async () => {
    page = await browser.open('/sagas?status=rolled-back');
    await page.getByRole('table', { name: 'Sagas' }).waitFor();
    expect(await page.getByText('stuck', { exact: true }).count()).toBe(0);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await panel().getByText('undo done').waitFor();
    await panel().getByText('not reached').first().waitFor();
    expect(await panel().locator('.saga-bar-undo.saga-bar-done').count()).toBeGreaterThan(0);
    await panel()
      .getByText(/compensation done, took 64 ms/)
      .waitFor({ state: 'attached' });
    expect(await query('status')).toBe('rolled-back');
  });

  test('who has no token is asked for it before one is asked back; a wrong one is asked for again', async () => {
    page = await browser.open('/sagas');
    await page.getByRole('table', { name: 'Sagas' }).getByRole('link').first().click();
    await panel().getByRole('button', { name: 'Retry' }).click();
    await page.getByRole('textbox', { name: 'Token' }).fill('not it');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: /^Retry/ });
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await dialog.getByRole('alert').getByText('The console printed it when it started.').waitFor();
    await dialog.getByRole('button', { name: 'Leave it' }).click();
    await panel().getByRole('button', { name: 'Retry' }).click();
    await page.getByRole('textbox', { name: 'Token' }).waitFor();
    expect(browser.complaints).toEqual([expect.stringContaining('401')]);
    page = await browser.open('/sagas');
  });

  test('with the token it is retried, after one was asked whether to', async () => {
    page = await browser.open(`/sagas#token=${fixtureToken}`);
    await page.getByRole('table', { name: 'Sagas' }).getByRole('link').nth(1).click();
    await panel().getByRole('button', { name: 'Retry' }).click();
    const dialog = page.getByRole('dialog', { name: /^Retry/ });
    await dialog.getByText('The step is tried again').waitFor();
    await dialog.getByRole('button', { name: 'Leave it' }).click();
    await expect.poll(() => dialog.count()).toBe(0);
    expect(await panel().getByText('Stuck at charge card.').count()).toBe(1);
    await panel().getByRole('button', { name: 'Retry' }).click();
    const sent = page.waitForRequest((request) => request.method() === 'POST');
    await dialog.getByRole('button', { name: 'Retry' }).click();
    const request = await sent;
    expect(request.url()).toMatch(
      /\/api\/v1\/sagas\/http%3A%2F%2F127\.0\.0\.1%3A9464\/orders\/ord_\w+\/retry$/,
    );
    expect(request.postDataJSON()).toEqual({ step: 'charge card' });
    await expect.poll(() => panel().getByText('Stuck at charge card.').count()).toBe(0);
  });

  test('a result that is given has to be JSON; a refusal is told where it was asked', async () => {
    page = await browser.open(`/sagas#token=${fixtureToken}`);
    await page.getByRole('table', { name: 'Sagas' }).getByRole('link').first().click();
    await panel().getByRole('button', { name: 'Resolve' }).click();
    const dialog = page.getByRole('dialog', { name: /^Resolve/ });
    await dialog.getByLabel('Result, as JSON').fill('{paid}');
    await dialog.getByRole('button', { name: 'Resolve' }).click();
    await dialog.getByRole('alert').getByText('has to be JSON').waitFor();
    await dialog.getByLabel('Result, as JSON').fill('{"paid":true}');
    await page.route('**/resolve', (route) =>
      route.fulfill({ status: 200, contentType: 'application/json', body: '{}' }),
    );
    const sent = page.waitForRequest((request) => request.method() === 'POST');
    await dialog.getByRole('button', { name: 'Resolve' }).click();
    expect((await sent).postDataJSON()).toEqual({ step: 'charge card', value: { paid: true } });
    await expect.poll(() => dialog.count()).toBe(0);
  });
});

describe('errors', () => {
  const panel = () => page.getByRole('region', { name: 'Chosen group of errors' });

  test('the most frequent is first; one that is chosen shows where it came from and leads to its trace', async () => {
    page = await browser.open('/errors');
    await page
      .getByRole('table', { name: 'Groups of errors' })
      .getByRole('row')
      .nth(1)
      .getByText('TIMEOUT')
      .waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await panel().getByText('/srv/payments/dist/charge.js:48:22').first().waitFor();
    expect(await panel().locator('.error-frame-own').first().innerText()).toContain('charge');
    expect(await query('group')).toMatch(/^[0-9a-f]{16}$/);
    await panel()
      .getByRole('link', { name: /^[0-9a-f]{16}$/ })
      .first()
      .click();
    await expect.poll(place).toMatch(/^\/traces\/[0-9a-f]{32}\?span=[0-9a-f]{16}$/);
  });

  test('of two services that have the same error, the chosen one is shown', async () => {
    page = await browser.open('/services');
    await page.route('**/api/v1/errors*', async (route) => {
      const response = await route.fetch();
      const list = (await response.json()) as { groups: { service: string; fingerprint: string }[] };
      list.groups.splice(1, 0, { ...list.groups[0]!, service: 'refunds' });
      await route.fulfill({ response, json: list });
    });
    // Of an hour no live event tells.
    await page.evaluate(() => location.assign('/errors?from=-1h'));
    await page
      .getByRole('row', { name: /TIMEOUT.*refunds/ })
      .getByRole('link')
      .click();
    await panel().getByRole('link', { name: 'refunds' }).waitFor();
    expect(await page.locator('.row-link[aria-current]').count()).toBe(1);
    expect(await query('of')).toBe('refunds');
  });

  test('are filtered by service and words', async () => {
    page = await browser.open('/errors');
    const groups = page.getByRole('table', { name: 'Groups of errors' }).getByRole('row');
    await groups.nth(1).waitFor();
    await page.getByRole('combobox', { name: /^Service/ }).selectOption('orders');
    await expect.poll(() => groups.count()).toBe(3);
    await page.getByPlaceholder('Name or message').fill('duplicate');
    await page.keyboard.press('Enter');
    await expect.poll(() => groups.count()).toBe(2);
    expect(await place()).toBe('/errors?service=orders&text=duplicate');
  });

  test('there may be none', async () => {
    page = await browser.open('/errors', { scenario: 'empty' });
    await page.getByText('No error in this window.').waitFor();
  });
});

test('a screen that fails says so, and takes nothing else along', async () => {
  page = await browser.open('/errors');
  await page.route('**/api/v1/profiles*', (route) => route.fulfill({ json: { half: 'an answer' } }));
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Profiles' }).click();
  await page.getByText('This screen failed.').waitFor();
  expect(browser.complaints.length).toBeGreaterThan(0);
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Sagas' }).click();
  await page.getByRole('table', { name: 'Sagas' }).waitFor();
  page = await browser.open('/errors');
});

everybodyCanUse(browser, ['/cluster', '/sagas', '/errors'], {
  shown: (opened) => opened.locator('.table tbody tr').first().waitFor(),
  further: async (opened, path) => {
    if (path === '/cluster') return false;
    await opened.keyboard.press('j');
    await opened.keyboard.press('Enter');
    const chosen = opened.getByRole('region', { name: /^Chosen/ });
    await chosen.getByRole('heading', { level: 2 }).waitFor();
    return true;
  },
});

test('everybody can use the dialog that asks back', async () => {
  page = await browser.open(`/sagas#token=${fixtureToken}`);
  await page.getByRole('table', { name: 'Sagas' }).getByRole('link').nth(2).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog').getByLabel('Reason, for whoever looks later').waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
});
