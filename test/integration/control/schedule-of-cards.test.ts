import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scheduleCommand } from '../../../node/cli/node/schedule-command.ts'
import { serveControl } from '../../../node/control/serve-control.ts'
import { programOf, runWords } from '../../support/run-words.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const set = (folder: string, windows: string) =>
  runWords(programOf(scheduleCommand), ['schedule', 'set', windows, '--data', folder])

/** A node with one card that is told hours, over its real channel. */
async function node(folder: string) {
  const told: unknown[] = []
  const control = await serveControl(folder, {
    status: async () => ({ bootstrap: [] }),
    gpu: async () => ({ cards: [{ key: 'pci/0000:01:00.0', name: 'RTX 3060' }] }),
    schedule: async (params) => {
      told.push(params)
      return { windows: ['card 1: 22:00-06:00'], isOpen: true, changesAt: null, cards: [] }
    },
  })
  return { told, [Symbol.asyncDispose]: () => control[Symbol.asyncDispose]() }
}

test('hours of a card are written and told to the running node as they were set', async () => {
  const folder = temporaryFolder()
  await using running = await node(folder)
  const { code, err } = await set(folder, 'card 3060: 22:00-06:00')
  expect([code, err]).toEqual([0, ''])
  const windows = ['card 3060: 22:00-06:00']
  expect(running.told).toEqual([{ windows }])
  expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))).toEqual({ schedule: windows.join() })
})

test('hours of a card that is not there are written nowhere', async () => {
  const folder = temporaryFolder()
  await using running = await node(folder)
  const { code, err } = await set(folder, '00:00-24:00; card 2: 22:00-06:00')
  expect([code, err]).toEqual([1, expect.stringContaining('1 RTX 3060 (pci/0000:01:00.0)')])
  expect([running.told, existsSync(join(folder, 'config.json'))]).toEqual([[], false])
})
