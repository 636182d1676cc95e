// What runs inside an isolated worker, a thread or a process: loads the user's module and calls its functions.
// Plain JavaScript without imports of its own package, so that the same file runs from the source and from the
// build, with no loader. isolation-messages.ts describes what it hears and says.
import process from 'node:process';
import { parentPort, Worker } from 'node:worker_threads';

const causeDepthMax = 8;

let exported = {};
let current = { call: -1, controller: new AbortController() };

const post = openPort((message) => {
  if (message.type === 'load') void load(message.module);
  else if (message.type === 'call') void call(message);
  else if (message.call === current.call) current.controller.abort(new Error(message.reason));
});

async function load(module) {
  try {
    exported = await import(module);
    post({ type: 'ready' });
  } catch (error) {
    post({ type: 'unusable', error: describe(error, 0) });
  }
}

async function call({ call, name, args }) {
  const controller = new AbortController();
  current = { call, controller };
  const fn = Object.hasOwn(exported, name) ? exported[name] : undefined;
  if (typeof fn !== 'function') {
    const functions = Object.keys(exported).filter((key) => typeof exported[key] === 'function');
    post({ type: 'missing', call, functions });
    return;
  }
  try {
    const value = await fn(...args, { signal: controller.signal });
    post({ type: 'value', call, value });
  } catch (error) {
    post({ type: 'error', call, error: describe(error, 0) });
  }
}

/** The JSON form of errors of `@holdfast/core`; its own errors bring theirs along. */
function describe(thrown, depth) {
  try {
    if (!(thrown instanceof Error)) return { thrown: structuredClone(thrown) };
    if (depth > causeDepthMax) return { thrown: '[too deep]' };
    const stack = { stack: String(thrown.stack) };
    if (thrown.name === 'HoldfastError' && 'toJSON' in thrown) return { ...thrown.toJSON(), ...stack };
    return {
      name: String(thrown.name),
      message: String(thrown.message),
      ...(typeof thrown.code === 'string' && { code: thrown.code }),
      ...(thrown.cause !== undefined && { cause: describe(thrown.cause, depth + 1) }),
      ...(Array.isArray(thrown.errors) && { causes: thrown.errors.map((each) => describe(each, depth + 1)) }),
      ...stack,
    };
  } catch (unreadable) {
    return { thrown: `something that cannot be described: ${unreadable}` };
  }
}

/** Hears messages with `listener`; returns how to say one. */
function openPort(listener) {
  if (parentPort !== null) {
    parentPort.on('message', listener);
    return (message) => parentPort.postMessage(message);
  }
  // A process ends with its parent: by itself, or, where the user's code blocks it, by the hand of a thread.
  process.on('message', listener);
  process.on('disconnect', () => process.exit());
  // Ctrl-C reaches every process of a terminal; this one has to serve its parent until that is done.
  process.on('SIGINT', () => {});
  new Worker(new URL('parent-watch.mjs', import.meta.url), {
    execArgv: [],
    workerData: process.ppid,
  }).unref();
  return (message) => process.send(message);
}
