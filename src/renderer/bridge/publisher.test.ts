import { expect, test } from 'vitest'
import { createPublisher } from './publisher.ts'

function setUp() {
  const frames: (() => void)[] = []
  const published: string[] = []
  const publisher = createPublisher((then) => frames.push(then))
  const key = {}
  return {
    published,
    nextFrame: () => frames.shift()?.(),
    post: (name: string, of: object = key) => publisher.post(of, () => published.push(name)),
  }
}

test('a lone change is published at once', () => {
  const { published, post } = setUp()
  post('first')
  expect(published).toEqual(['first'])
})

test('a burst is published once a frame, with its newest state only', () => {
  const { published, post, nextFrame } = setUp()
  for (let n = 0; n < 1_000; n++) post(`state ${n}`)
  expect(published).toEqual(['state 0'])
  nextFrame()
  expect(published).toEqual(['state 0', 'state 999'])
})

test('after a quiet frame the next change is at once again', () => {
  const { published, post, nextFrame } = setUp()
  post('one')
  nextFrame()
  post('two')
  expect(published).toEqual(['one', 'two'])
})

test('what waits is published for every view', () => {
  const { published, post, nextFrame } = setUp()
  post('list')
  post('summary', {})
  post('detail', {})
  nextFrame()
  expect(published).toEqual(['list', 'summary', 'detail'])
})
