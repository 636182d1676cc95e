import { bareStack } from './bare.ts';
import { holdfastStack } from './holdfast.ts';
import type { StackSetting } from './setting.ts';
import type { Stack, Variant } from './stack.ts';
import { todayStack } from './today.ts';

export const stacks: Readonly<Record<Variant, (setting: StackSetting) => Stack>> = {
  bare: bareStack,
  today: todayStack,
  holdfast: holdfastStack,
};
