import { expect, test } from 'vitest';
import { pipelineSchema } from './pipeline-schema.ts';

test('the committed schema is that of the code; `npx vitest run pipeline-schema -u` writes it anew', async () => {
  const text = `${JSON.stringify(pipelineSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../pipeline.schema.json');
});
