import type { PlantedBug } from '@holdfast/simulation/planted-bugs';

/** Mistakes that a breaker may well have; several are known from other libraries. */
export const plantedBugs: readonly PlantedBug[] = [
  core('outcomes of an earlier state count', 'if (permit !== this.generation) return;', ''),
  core(
    'a late success closes an open breaker',
    'if (permit !== this.generation) return;',
    `if (permit !== this.generation) {
      if (judgement === 'success' && this.state.name === 'open') this.reset();
      return;
    }`,
  ),
  core('half-open admits one too many', '>= this.settings.probes) return', '> this.settings.probes) return'),
  core(
    'half-open counts only what is in flight',
    'probes.inFlight + probes.calls >= this.settings.probes',
    'probes.inFlight >= this.settings.probes',
  ),
  core(
    'an ignored probe counts as a success',
    "if (judgement === 'ignored') return;\n      probes.calls++",
    'probes.calls++',
  ),
  core(
    'an ignored probe keeps its place',
    "probes.inFlight--;\n      if (judgement === 'ignored') return;",
    "if (judgement === 'ignored') return;\n      probes.inFlight--;",
  ),
  core(
    'an ignored call counts as a success',
    "if (judgement === 'ignored') return;\n      this.window.record",
    'this.window.record',
  ),
  core(
    'an ignored call ends the row of failures',
    "if (judgement === 'ignored') return;\n      this.window.record",
    "if (judgement === 'ignored') { this.failuresInARow = 0; return; }\n      this.window.record",
  ),
  core(
    'a failure that weighs nothing goes on with the row',
    'units > 0 ? this.failuresInARow + 1 : 0',
    "judgement === 'failure' ? this.failuresInARow + 1 : 0",
  ),
  core('every failure weighs the same', '? failureUnits : 0;', '? unitsPerFailure : 0;'),
  core('the maximum wait is not enforced', 'now >= state.deadline', 'false'),
  core('the maximum wait begins when the wait was due', 'deadline = now +', 'deadline = state.until +'),
  core(
    'the default maximum wait forgets the factor',
    'this.settings.maxWait ?? state.duration',
    'this.settings.maxWait ?? this.settings.openDuration',
  ),
  core('it probes one microsecond late', 'now >= state.until', 'now > state.until'),
  core(
    'reopening does not restart the wait',
    "name: 'open', until: now + duration, duration }, reason",
    "name: 'open', until: this.state.name === 'half-open' ? this.state.deadline : now + duration, duration }, reason",
  ),
  core('the factor is not reset', 'this.openings = 0;\n      this.change', 'this.change'),
  core('the factor is not applied', 'duration *= openDurationFactor', 'duration *= 1'),
  core(
    'what a failure asks for is not capped',
    'Math.min(Math.max(Math.round(duration), retryAfter), openDurationMax)',
    'Math.max(Math.min(Math.round(duration), openDurationMax), retryAfter)',
  ),
  core(
    'minimumThroughput is off by one',
    'calls < settings.minimumThroughput',
    'calls <= settings.minimumThroughput',
  ),
  core(
    'the failure rate has to be exceeded',
    'failureUnits >= failureRateUnits * calls',
    'failureUnits > failureRateUnits * calls',
  ),
  core(
    'probes are judged by those that ended',
    'probes.failureUnits >= failureRateUnits * wanted',
    'probes.failureUnits >= failureRateUnits * probes.calls',
  ),
  core(
    'slow probes are judged by those that ended',
    'probes.slowCalls * unitsPerFailure >= slowRateUnits * wanted',
    'probes.slowCalls * unitsPerFailure >= slowRateUnits * probes.calls',
  ),
  core('half-open closes at its first success', 'probes.calls >= wanted', 'probes.calls > 0'),
  core(
    'the window outlives a change of state',
    '    this.window.clear();\n    this.failures',
    '    this.failures',
  ),
  core(
    'the row outlives a change of state',
    'this.failuresInARow = 0;\n    this.onTransition',
    'this.onTransition',
  ),
  core('a metrics-only breaker opens', "this.state.name === 'metrics-only'", 'false'),
  core('a new window keeps the old one', 'if (!sameWindow(', 'if (false && !sameWindow('),
  core('new settings always empty the window', 'if (!sameWindow(', 'if (true || !sameWindow('),
  core(
    'new settings do not decide a half-open breaker',
    "if (this.state.name === 'half-open') this.decide",
    'if (false) this.decide',
  ),
  window(
    'a time window moves on by one slice only',
    'Math.min(current - this.newest, this.slices.length)',
    '1',
  ),
  window('a time window keeps one slice too few', 'number = current - stale + 1', 'number = current - stale'),
  window(
    'the length of a slice is rounded down',
    'Math.ceil(duration / buckets)',
    'Math.floor(duration / buckets)',
  ),
  window('a dropped slice leaves its slow calls', '    this.slowCalls -= slice.slowCalls;\n', ''),
  window('a full ring forgets to take off slow calls', '      this.slowCalls -= oldest & 1;\n', ''),
  window('a count window holds one more', 'new Uint32Array(size)', 'new Uint32Array(size + 1)'),
];

function core(name: string, right: string, wrong: string): PlantedBug {
  return { name, file: 'breaker-core.ts', right, wrong };
}

function window(name: string, right: string, wrong: string): PlantedBug {
  return { name, file: 'window.ts', right, wrong };
}
