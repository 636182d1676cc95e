import { expect, test } from 'vitest';
import { faultPlanSchema } from './fault-plan-schema.ts';

test('the committed schema is that of the code; `npx vitest run fault-plan-schema -u` writes it anew', async () => {
  const text = `${JSON.stringify(faultPlanSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../fault-plan.schema.json');
});
