// What every screen is tested for, whoever uses it and whatever it is shown on.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { PageInBrowser } from './page-in-browser.ts';

/** In which every screen is looked at by axe: a desk, a tablet and a phone, light and dark. */
const screenSizes = [
  { width: 1440, height: 900, colours: 'light' },
  { width: 1024, height: 768, colours: 'dark' },
  { width: 390, height: 844, colours: 'light' },
  { width: 390, height: 844, colours: 'dark' },
] as const;

export interface Usable {
  /** Waits until a place is there. */
  readonly shown: (page: Page, path: string) => Promise<unknown>;
  /** Goes on from there to what is looked at as well. False where there is nothing more. */
  readonly further?: (page: Page, path: string) => Promise<boolean>;
}

/** Tests that axe finds nothing wrong with these places, and that none is wider than what it is shown on. */
export function everybodyCanUse(
  browser: PageInBrowser,
  places: readonly string[],
  { shown, further }: Usable,
): void {
  describe('everybody can use it', () => {
    for (const size of screenSizes) {
      test.each(places)(`%s, ${size.width} pixels wide, ${size.colours}`, async (path) => {
        const page = await browser.open(path, size);
        await shown(page, path);
        await page.waitForLoadState('load');
        expect(await accessibilityProblems(page)).toEqual([]);
        if ((await further?.(page, path)) === true) expect(await accessibilityProblems(page)).toEqual([]);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wider).toBeLessThanOrEqual(0);
      });
    }
  });
}

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with a page, by the rules of WCAG 2.2 A and AA and its best practices: one line a finding. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const runner = (globalThis as unknown as { axe: { run: (options: unknown) => Promise<AxeResult> } }).axe;
    const { violations } = await runner.run({ resultTypes: ['violations'] });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes
        .slice(0, 3)
        .map(({ target, any }) => `${id}: ${help}: ${target.join(' ')} ${any[0]?.message ?? ''}`),
    );
  });
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly {
      readonly target: readonly string[];
      readonly any: readonly { readonly message: string }[];
    }[];
  }[];
}
