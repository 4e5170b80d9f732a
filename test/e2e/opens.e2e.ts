import { expect, test } from './fixtures/console.ts'

test('[S1] the console opens a window, and its page has neither Node nor a network of its own', async ({
  launchConsole,
}) => {
  const { window } = await launchConsole()
  await expect(window).toHaveTitle(/Smart Shelf/)
  const reach = await window.evaluate(async () => ({
    node: typeof (globalThis as { require?: unknown; process?: unknown }).require,
    network: await fetch('http://127.0.0.1:9/').then(
      () => 'answered',
      () => 'refused',
    ),
    shelf: Object.keys((globalThis as { shelf?: object }).shelf ?? {}).sort(),
  }))
  expect(reach).toEqual({ node: 'undefined', network: 'refused', shelf: ['ask', 'hear', 'ready'] })
})
