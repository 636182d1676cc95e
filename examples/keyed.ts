// Ends with: bank-b: paid
// A keyed policy has an instance for each key: a bank that is down does not stop the others.
import { circuitBreaker, keyed } from '@holdfast/resilience';

const banks = keyed((bank) => circuitBreaker({ name: bank, consecutiveFailures: 2 }), { maxKeys: 1_000 });

async function pay(bank: string): Promise<string> {
  const outcome = await banks.tryExecute(
    async () => {
      if (bank === 'bank-a') throw new Error('down');
      return 'paid';
    },
    { key: bank },
  );
  return `${bank}: ${outcome.ok ? outcome.value : outcome.error.code}`;
}

for (const bank of ['bank-a', 'bank-a', 'bank-a', 'bank-b']) console.log(await pay(bank));
