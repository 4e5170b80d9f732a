import type { Page } from '@playwright/test'

/* How many rows React renders, in the built page as it is: React tells every commit to whoever has left a hook for its tools. */

interface Fiber {
  child: Fiber | null
  sibling: Fiber | null
  alternate: Fiber | null
  flags: number
  type: unknown
  memoizedProps: { role?: string } | null
}
type Counted = typeof globalThis & { rendered: { rows: number; commits: number } }

/** Counts from the page's next load on. */
export async function countRenders(window: Page): Promise<void> {
  await window.addInitScript(() => {
    // A component was called in this commit: React's own mark for its tools.
    const PERFORMED_WORK = 1
    const page: Counted = Object.assign(globalThis, { rendered: { rows: 0, commits: 0 } })
    const isRow = ({ child }: Fiber): boolean =>
      typeof child?.type === 'string' && (child.memoizedProps?.role === 'row' || child.type === 'tr')
    const visit = (fiber: Fiber, before: Fiber | null): void => {
      const isNew = before === null
      const wasCalled = typeof fiber.type !== 'string' && (isNew || (fiber.flags & PERFORMED_WORK) > 0)
      if (wasCalled && isRow(fiber)) page.rendered.rows += 1
      // The same child as before: nothing below was looked at.
      if (fiber.child === before?.child) return
      for (let child = fiber.child; child; child = child.sibling) visit(child, child.alternate)
    }
    Object.assign(globalThis, {
      __REACT_DEVTOOLS_GLOBAL_HOOK__: {
        supportsFiber: true,
        renderers: new Map(),
        inject: () => 1,
        onCommitFiberUnmount: () => undefined,
        onPostCommitFiberRoot: () => undefined,
        onCommitFiberRoot: (_renderer: number, { current }: { current: Fiber }) => {
          page.rendered.commits += 1
          visit(current, current.alternate)
        },
      },
    })
  })
  await window.reload()
}

/** Rows rendered, and commits, since the last time this was asked. */
export const takeRenders = (window: Page): Promise<{ rows: number; commits: number }> =>
  window.evaluate(() => {
    const page = globalThis as Counted
    const { rendered } = page
    page.rendered = { rows: 0, commits: 0 }
    return rendered
  })
