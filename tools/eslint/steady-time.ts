import type { Linter } from 'eslint'

/*
 * The engine reads no clock and throws no die: both come in as ports, so that an hour of retries is tested in a millisecond and the
 * same way twice. These rules hold everywhere in it but in the adapters that are the real ones.
 */

const port = 'Take it from the ports (Clock, Random) instead.'

export const steadyTime: Linter.RulesRecord = {
  'no-restricted-globals': [
    'error',
    ...['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({ name, message: port })),
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: port },
    { object: 'Math', property: 'random', message: port },
    { object: 'performance', property: 'now', message: port },
    ...['setTimeout', 'setInterval', 'setImmediate'].map((property) => ({
      object: 'globalThis',
      property,
      message: port,
    })),
  ],
  'no-restricted-imports': ['error', { paths: ['node:timers', 'node:timers/promises'] }],
  'no-restricted-syntax': [
    'error',
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: port },
    { selector: "CallExpression[callee.name='Date']", message: port },
  ],
}
