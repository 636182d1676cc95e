import type { Reporter, TestModule, TestSuite } from 'vitest/node';

/** How a test run ended, counted. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Counts a finished run. Whatever went wrong outside a test (a file that did not load, a hook of a suite that
 * threw, an error that nobody handled) counts as a failure of its own.
 */
export function tally(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): Tally {
  let passed = 0;
  let failed = unhandledErrors.length;
  for (const module of modules) {
    failed += countSuiteFailures(module);
    for (const suite of module.children.allSuites()) failed += countSuiteFailures(suite);
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      if (state === 'failed') failed += 1;
    }
  }
  return { passed, failed };
}

function countSuiteFailures(suite: TestModule | TestSuite): number {
  return suite.errors().length > 0 ? 1 : 0;
}

/**
 * Ends a run with the line `N passed, N failed`. It is written as the process exits, so that nothing follows
 * it and a run that broke off says so too; a run without a single test fails.
 */
export default class ClosingLineReporter implements Reporter {
  private counted: Tally = { passed: 0, failed: 0 };

  onInit(): void {
    process.once('exit', (exitCode) => {
      const { passed, failed } = this.counted;
      const succeeded = exitCode === 0 && failed === 0 && passed > 0;
      if (!succeeded) process.exitCode = exitCode || 1;
      process.stdout.write(`${passed} passed, ${succeeded ? 0 : Math.max(failed, 1)} failed\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    this.counted = tally(modules, unhandledErrors);
  }
}
