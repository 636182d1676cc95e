import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { GrpcBudget } from './grpc-budget.ts';
import { MessageAssembly } from './message-assembly.ts';

it('puts messages together from bytes that are cut anywhere and change afterwards', () => {
  const message = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), fc.array(fc.nat(2_000)), (messages, cuts) => {
      const budget: GrpcBudget = {
        messageBytesMax: 300,
        partialBytesMax: 305,
        callsMax: 1,
        partialBytes: 0,
        calls: 0,
      };
      const assembly = new MessageAssembly(budget, 'identity');
      const bytes = Buffer.concat(
        messages.map((each) => Buffer.from([0, 0, 0, each.length >> 8, each.length, ...each])),
      );
      const taken: Uint8Array[] = [];
      let from = 0;
      for (const to of [...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]) {
        const piece = Uint8Array.from(bytes.subarray(from, to));
        assembly.push(piece, (each) => taken.push(each));
        piece.fill(0xee);
        from = to;
      }
      expect(taken.map((each) => Array.from(each))).toEqual(messages.map((each) => Array.from(each)));
      expect(assembly.midway).toBe(false);
      expect(budget.partialBytes).toBe(0);
    }),
  );
});
