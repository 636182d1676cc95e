import { ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { constant } from '../retry/backoff.ts';
import { type RecoveryAttempt, recovery, recoveryAttempted } from './recovery.ts';
import { degrade, escalate, type RecoveryStep, reconnect, restart, retryCheck } from './step.ts';
import { supervise } from './supervisor.ts';

/** A component that works again once `cure` has been done to it. */
class Patient {
  ill = false;
  readonly treated: string[] = [];

  treat(cure: string, helps: boolean): () => void {
    return () => {
      this.treated.push(cure);
      if (helps) this.ill = false;
    };
  }

  check = (): void => {
    if (this.ill) throw new Error('ill');
  };
}

function chain(patient: Patient, world: ManualWorld, steps: readonly RecoveryStep[]) {
  return recovery({ name: 'orders-db', check: patient.check, steps, world });
}

describe('recovery', () => {
  test('goes from the gentlest step to the one that helps, and says which', async () => {
    const world = new ManualWorld();
    const patient = new Patient();
    patient.ill = true;
    const heard: RecoveryAttempt[] = [];
    const stop = recoveryAttempted.subscribe((attempt) => heard.push(attempt));
    const call = chain(patient, world, [
      retryCheck({ attempts: 2, backoff: constant('1s') }),
      reconnect(patient.treat('reconnect', false)),
      restart(patient.treat('restart', true)),
      escalate(patient.treat('escalate', false)),
    ]).recover(new Error('ill'));
    await world.advance('2s');
    expect(await call).toMatchObject({ status: 'recovered', by: 'restart', elapsed: 2_000 });
    stop();
    expect(patient.treated).toEqual(['reconnect', 'restart']);
    expect(heard.map(({ kind, error }) => [kind, error === undefined])).toEqual([
      ['retry', false],
      ['retry', false],
      ['reconnect', false],
      ['restart', true],
    ]);
  });

  test('fails with every step’s failure when nothing helps', async () => {
    const patient = new Patient();
    patient.ill = true;
    const failing = chain(patient, new ManualWorld(), [
      reconnect(() => {
        throw new Error('refused');
      }),
      escalate(patient.treat('page', false)),
    ]).recover(new Error('first failure'));
    await expect(failing).rejects.toMatchObject({
      code: 'RECOVERY_FAILED',
      cause: new Error('first failure'),
      causes: [new Error('refused'), new Error('ill')],
    });
    expect(patient.treated).toEqual(['page']);
  });

  test('degrading goes on without the component', async () => {
    const patient = new Patient();
    patient.ill = true;
    const report = await chain(patient, new ManualWorld(), [
      degrade(patient.treat('without', false)),
    ]).recover(undefined);
    expect(report).toMatchObject({ status: 'degraded', by: 'degrade' });
  });

  test('a step that has acted too often of late is skipped', async () => {
    const world = new ManualWorld();
    const patient = new Patient();
    const chained = chain(patient, world, [
      restart(patient.treat('restart', true), { intensity: { max: 2, within: '1m' } }),
      escalate(patient.treat('escalate', true)),
    ]);
    for (let failure = 0; failure < 3; failure++) {
      patient.ill = true;
      await chained.recover(undefined);
    }
    expect(patient.treated).toEqual(['restart', 'restart', 'escalate']);
    await world.advance('1m');
    patient.ill = true;
    await chained.recover(undefined);
    expect(patient.treated.at(-1)).toBe('restart');
  });

  test('an action that hangs is cut off, and an abort ends it all with no timer left', async () => {
    const world = new ManualWorld();
    const patient = new Patient();
    patient.ill = true;
    const controller = new AbortController();
    const call = chain(patient, world, [
      reconnect(() => new Promise(() => {}), { attempts: 2 }),
      retryCheck({ attempts: 9, backoff: constant('1m') }),
    ])
      .recover(undefined, { signal: controller.signal })
      .catch((error) => error);
    await world.advance('20s');
    controller.abort();
    expect(await call).toMatchObject({ code: 'ABORTED' });
    expect(world.pendingTimers).toBe(0);
  });
});

describe('a supervisor', () => {
  test('brings a component back with nobody asked, again and again, until it is stopped', async () => {
    const world = new ManualWorld();
    const patient = new Patient();
    const supervisor = supervise(chain(patient, world, [reconnect(patient.treat('reconnect', true))]), '5s');
    for (let failure = 1; failure <= 3; failure++) {
      patient.ill = true;
      await world.advance('5s');
      expect([patient.ill, supervisor.state]).toEqual([false, 'working']);
    }
    expect(patient.treated.length).toBe(3);
    await supervisor.stop();
    expect(world.pendingTimers).toBe(0);
  });

  test('keeps checking what it could not bring back', async () => {
    const world = new ManualWorld();
    const patient = new Patient();
    const supervisor = supervise(chain(patient, world, [retryCheck()]), '5s');
    patient.ill = true;
    await world.advance('5s');
    expect(supervisor.state).toBe('failed');
    patient.ill = false;
    await world.advance('5s');
    expect(supervisor.state).toBe('working');
    await supervisor.stop();
  });
});
