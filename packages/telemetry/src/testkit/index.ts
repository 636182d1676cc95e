export { otlpSchema } from './otlp-schema.ts';
