import { describe, expect, test } from 'vitest';
import { type DegradedEvent, degraded } from './degraded.ts';
import { featureSwitch } from './feature-switch.ts';

describe('a feature switch', () => {
  test('while off, answers with its substitute and leaves the operation alone', async () => {
    const recommendations = featureSwitch(() => ['bestseller'], { name: 'recommendations' });
    let runs = 0;
    const personal = (): string[] => {
      runs++;
      return ['for you'];
    };
    expect(await recommendations.execute(personal)).toEqual(['for you']);
    recommendations.switchOff('database at 95 %');
    expect(recommendations.reason).toBe('database at 95 %');
    expect(await recommendations.tryExecute(personal)).toEqual({
      ok: true,
      value: ['bestseller'],
      degradedBy: 'recommendations',
    });
    recommendations.switchOn();
    expect(recommendations.reason).toBeUndefined();
    expect(await recommendations.execute(personal)).toEqual(['for you']);
    expect(runs).toBe(2);
  });

  test('tells who listens that a call was answered without trying', () => {
    const heard: DegradedEvent[] = [];
    const stop = degraded.subscribe((event) => heard.push(event));
    const feature = featureSwitch(() => 0, { name: 'prices' });
    feature.switchOff('');
    expect(feature.executeSync(() => 1)).toBe(0);
    stop();
    expect(heard).toEqual([{ policy: 'prices', kind: 'feature-switch', error: undefined }]);
  });

  test('a call that was under way when it went off keeps its own answer', async () => {
    const feature = featureSwitch(() => 'substitute');
    const call = feature.execute(async () => 'own');
    feature.switchOff('load');
    expect(await call).toBe('own');
  });

  test('a substitute that throws fails the call', async () => {
    const broken = new Error('broken substitute');
    const feature = featureSwitch(() => {
      throw broken;
    });
    feature.switchOff('load');
    await expect(feature.execute(async () => 1)).rejects.toBe(broken);
    expect(feature.idle).toBe(false);
  });
});
