import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { outputOf } from '../test/output-of.ts';
import { main } from './cli.ts';
import type { Command } from './commands.ts';

const call = (args: string[], table?: Readonly<Record<string, Command>>) =>
  outputOf((lines) => main(args, lines, table));

const loaded: string[] = [];
const greet: Command = {
  summary: 'greet somebody',
  load: async () => {
    loaded.push('greet');
    return { run: async ([name]) => (name === 'world' ? 0 : 1) };
  },
};

test('--version says the version of the package', async () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(await call(['--version'])).toEqual({ code: 0, out: manifest.version, error: '' });
});

test('without arguments and with --help it lists the commands, and loads none of them', async () => {
  const help = await call(['--help'], { greet });
  expect(help.out).toMatch(/greet {2,}greet somebody/);
  expect(await call([], { greet })).toEqual(help);
  expect(loaded).toEqual([]);
});

test('a command gets the arguments after its name and gives the exit code', async () => {
  expect(await call(['greet', 'world'], { greet })).toMatchObject({ code: 0 });
  expect(await call(['greet', 'nobody'], { greet })).toMatchObject({ code: 1 });
});

test('an unknown command says what to do, even one that every object has', async () => {
  expect(await call(['toString'])).toEqual({
    code: 2,
    out: '',
    error: "holdfast: there is no command 'toString'; 'holdfast --help' lists what there is",
  });
});
