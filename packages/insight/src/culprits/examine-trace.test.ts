import { expect, test } from 'vitest';
import { sketch } from '../../test/sketch.ts';
import { assembleTrace } from '../trace/assemble-trace.ts';
import { anatomyOf } from './anatomy.ts';
import { examineTrace } from './examine-trace.ts';
import { Expectations } from './expectations.ts';

const usual = new Expectations();
for (let index = 0; index < 40; index++) {
  const spans = sketch(
    `
    shop: POST / server 0..40
      shop: call stock client 5..15
        stock: GET /stock server 6..14
      shop: call bank client 20..35
        bank: POST /pay server 21..34
    `,
    `t${index}`,
  );
  usual.learn(anatomyOf(assembleTrace(spans)));
}

/** `accused charge`, of whatever is not usual. */
const found = (drawing: string): string[] =>
  examineTrace(anatomyOf(assembleTrace(sketch(drawing))), usual).map(
    ({ accused, charge }) => `${accused} ${charge}`,
  );

test.each([
  [
    'nothing in what is usual',
    `
    shop: POST / server 0..40
      shop: call stock client 5..15
        stock: GET /stock server 6..14
      shop: call bank client 20..35
        bank: POST /pay server 21..34
    `,
    [],
  ],
  [
    'the callee, where the call waited before it took over',
    `
    shop: POST / server 0..240
      shop: call stock client 5..215
        stock: GET /stock server 206..214
      shop: call bank client 220..235
        bank: POST /pay server 221..234
    `,
    ['stock call-time'],
  ],
  [
    'the caller, where the answer waited for it',
    `
    shop: POST / server 0..240
      shop: call stock client 5..215
        stock: GET /stock server 6..14
      shop: call bank client 220..235
        bank: POST /pay server 221..234
    `,
    ['shop late'],
  ],
  [
    'who gave no answer, known by who answers such calls, and who made the caller wait for another attempt',
    `
    shop: POST / server 0..150 !
      shop: call stock client 5..6 !
      shop: call stock client 120..121 !
    `,
    ['stock retry-time', 'stock retry-time', 'stock no-answer', 'stock no-answer'],
  ],
  [
    'whatever held up an answer that was given up',
    `
    shop: POST / server 0..110 !
      shop: call stock client 5..105 !
        stock: GET /stock server 6..400
    `,
    ['stock own-time', 'stock given-up'],
  ],
  [
    'who fails itself, and not who fails with it',
    `
    shop: POST / server 0..40 !
      shop: call stock client 5..15
        stock: GET /stock server 6..14
      shop: call bank client 20..35 !
        bank: POST /pay server 21..34 !
    `,
    ['bank own-failure'],
  ],
  [
    'whose answer ended a request early',
    `
    shop: POST / server 0..22
      shop: call stock client 5..15
        stock: GET /stock server 6..14
    `,
    ['stock broken-off'],
  ],
])('it accuses %s', (_, drawing, accused) => {
  expect(found(drawing).sort()).toEqual(accused.sort());
});

test('a failure because the time ran out is put down to whoever took it, and one for another reason is not', () => {
  const spans = sketch(`
    shop: POST / server 0..400 !
      shop: call stock client 5..315
        stock: GET /stock server 6..314
      shop: call bank client 320..398 !
    `);
  const charges = (errorType: string): string[] => {
    const said = spans.map((span) =>
      span.operation === 'call bank' ? { ...span, attributes: { 'error.type': errorType } } : span,
    );
    return examineTrace(anatomyOf(assembleTrace(said)), usual).map(
      ({ accused, charge }) => `${accused} ${charge}`,
    );
  };
  expect(charges('DEADLINE_EXCEEDED')).toContain('stock given-up');
  expect(charges('ECONNRESET')).toContain('bank no-answer');
});
