import { expect, test } from 'vitest'
import { askNames, hearNames } from './channels.ts'
import { askChannels, hearChannels } from './contract.ts'

test('[S1] the names given to the preload are those of the contract, all of them and no other', () => {
  expect([...askNames].sort()).toEqual([...askChannels].sort())
  expect([...hearNames].sort()).toEqual([...hearChannels].sort())
})
