import { expect, test } from 'vitest'
import { createPublisher } from './publisher.ts'

function setUp() {
  const soon: (() => void)[] = []
  const frames: (() => void)[] = []
  const published: string[] = []
  const publisher = createPublisher({
    soon: (then) => soon.push(then),
    frame: (then) => frames.push(then),
  })
  const key = {}
  return {
    published,
    soon: () => soon.shift()?.(),
    frameOver: () => frames.shift()?.(),
    post: (name: string, of: object = key) => publisher.post(of, () => published.push(name)),
  }
}

test('a lone change is published after what came with it, which is published together with it', () => {
  const { published, post, soon } = setUp()
  post('list')
  post('summary', {})
  expect(published).toEqual([])
  soon()
  expect(published).toEqual(['list', 'summary'])
})

test('a thousand changes within a frame are one, the newest, when it is over', () => {
  const { published, post, soon, frameOver } = setUp()
  post('state 0')
  soon()
  for (let n = 1; n < 1_000; n++) post(`state ${n}`)
  soon()
  expect(published).toEqual(['state 0'])
  frameOver()
  expect(published).toEqual(['state 0', 'state 999'])
})

test('after a quiet frame the next change waits for none', () => {
  const { published, post, soon, frameOver } = setUp()
  post('one')
  soon()
  frameOver()
  post('two')
  soon()
  expect(published).toEqual(['one', 'two'])
})

test('different views do not replace each other', () => {
  const { published, post, soon, frameOver } = setUp()
  post('lead')
  soon()
  post('list')
  post('summary', {})
  post('detail', {})
  frameOver()
  expect(published).toEqual(['lead', 'list', 'summary', 'detail'])
})

test('what is posted by what is published waits for the end of the frame', () => {
  const order: string[] = []
  const frames: (() => void)[] = []
  const publisher = createPublisher({ soon: (then) => then(), frame: (then) => frames.push(then) })
  publisher.post({}, () => {
    order.push('outer')
    publisher.post({}, () => order.push('inner'))
  })
  expect(order).toEqual(['outer'])
  frames.shift()?.()
  expect(order).toEqual(['outer', 'inner'])
})
