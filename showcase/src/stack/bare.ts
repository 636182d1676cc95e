import type { ServiceName } from '../shop/services.ts';
import { countingAgent } from './counting-agent.ts';
import type { StackSetting } from './setting.ts';
import type { Remote, Stack } from './stack.ts';
import { send } from './wire.ts';

/**
 * What one writes without thinking: ask, and believe that an answer comes. No time limit, no second try, no keys,
 * and everything that arrives is taken in.
 */
export function bareStack({ ports, tally }: StackSetting): Stack {
  const dispatcher = countingAgent(tally);
  const remote = (target: ServiceName): Remote => ({
    request(call) {
      tally.calls++;
      return send({ target, port: ports[target], call }, dispatcher);
    },
  });
  return {
    variant: 'bare',
    desk: 'hopeful',
    remote,
    admit: (request, handler) => handler(request),
    readings: () => [],
  };
}
