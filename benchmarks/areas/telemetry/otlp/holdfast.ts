import { decodeSpans } from '../../../../packages/console/dist/otlp/decode/decode-spans.js';
import type { Subject } from '../../../harness/area.ts';
import { decoding } from './decoding.ts';

export const holdfastOtlp: Readonly<Record<string, Subject>> = {
  'otlp-decode': () => decoding((request) => decodeSpans(request).batch.length),
  'otlp-decode-all': () =>
    decoding((request) => {
      const { batch } = decodeSpans(request);
      let characters = 0;
      for (let row = 0; row < batch.length; row++) {
        characters +=
          batch.attributesJson(row).length + batch.eventsJson(row).length + batch.linksJson(row).length;
      }
      return characters > 0 ? batch.length : 0;
    }),
};
