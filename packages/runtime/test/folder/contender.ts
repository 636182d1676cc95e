// A process that wants a folder. It says `ready`, then answers each line `own` with `owned` or with the error.
import { createInterface } from 'node:readline';
import { isHoldfastError } from '@holdfast/core';
import { ownFolder } from '../../src/folder/own-folder.ts';

const folder = process.argv[2]!;
console.log('ready');
for await (const line of createInterface(process.stdin)) {
  if (line !== 'own') break;
  try {
    await ownFolder(folder, { answer: (request) => ({ request, pid: process.pid }) });
    console.log('owned');
  } catch (error) {
    console.log(isHoldfastError(error) ? `${error.code} ${error.context['pid']}` : String(error));
  }
}
