// Ends with: NO_OFFICE_HOURS: the office is closed, it opens at 9
// A policy of your own: extend Policy, say what happens on the way in and on the way out.
import { defineErrors, ManualWorld } from '@holdfast/core';
import { type EnterVerdict, type Execution, Policy, transparent } from '@holdfast/resilience';

const officeErrors = defineErrors<'NO_OFFICE_HOURS'>({
  NO_OFFICE_HOURS: { severity: 'low', category: 'unavailable', retryable: 'safe', executed: 'no' },
});

class OfficeHours extends Policy<'NO_OFFICE_HOURS'> {
  override readonly kind = 'office-hours';
  override readonly idle = true;

  override enter(execution: Execution): EnterVerdict {
    const hour = new Date(this.world.clock.wall()).getUTCHours();
    if (hour >= 9 && hour < 17) return 'proceed';
    const message = 'the office is closed, it opens at 9';
    execution.fail(officeErrors.create('NO_OFFICE_HOURS', { message }));
    return 'answered';
  }

  override exit(): 'pass' {
    return 'pass';
  }

  override describe(): ReturnType<Policy['describe']> {
    return { ...transparent, kind: this.kind, name: this.name };
  }
}

const world = new ManualWorld({ wall: Date.UTC(2026, 0, 5, 16) });
const office = new OfficeHours('office', world);
console.log('at 16:00:', await office.execute(() => 'stamped'));
await world.advance('2h');
const outcome = await office.tryExecute(() => 'stamped');
if (!outcome.ok) console.log(`${outcome.error.code}: ${outcome.error.message}`);
