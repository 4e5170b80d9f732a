import type { ViewId } from '#shared/protocol/delta.ts'
import type { ValueParams, ValueViewName, ViewSpec, ViewValue } from '#shared/protocol/views.ts'
import type { Terminal } from './terminal.ts'

let views = 0

/** What a window would be told if it looked now. */
export async function askView<N extends ValueViewName>(
  { engine, window }: Pick<Terminal, 'engine' | 'window'>,
  asked: { name: N; params: ValueParams<N> },
): Promise<ViewValue<N>> {
  const view = asked as ViewSpec
  const viewId = `asked-${++views}` as ViewId
  const reply = await engine.ask(window, 'view.open', { viewId, view })
  await engine.ask(window, 'view.close', { viewId })
  if (!reply.ok) throw new Error(`The view ${view.name} did not open: ${reply.error.message}`)
  if (reply.value.result.kind !== 'value') throw new Error(`${view.name} is a list.`)
  return reply.value.result.value as ViewValue<N>
}
