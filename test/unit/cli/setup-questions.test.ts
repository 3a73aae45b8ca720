import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { setupQuestions } from '../../../node/cli/setup/setup-questions.ts'
import { loadConfig } from '../../../node/config/load-config.ts'
import { isShipped } from '../../../node/config/networks-folder.ts'
import { NETWORKS } from '../../support/run-words.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

it('a network is written down by its name where it is shipped, and by its whole path elsewhere', async () => {
  const folder = temporaryFolder()
  const config = loadConfig({ networksFolder: NETWORKS, flags: { dataFolder: folder } })
  const { take } = setupQuestions(config, NETWORKS).find(({ text }) => text.includes('network'))!
  const own = join(folder, 'mine.json')
  copyFileSync(join(NETWORKS, 'local.json'), own)
  expect(await take('local')).toBe('local')
  expect(await take(join(NETWORKS, 'local.json'))).toBe('local')
  expect(await take(own)).toBe(own)
})

it('a network file in a folder whose name begins as that of the shipped ones is not shipped', () => {
  const folder = join(temporaryFolder(), 'networks')
  expect(isShipped(join(folder, 'mesh.json'), folder)).toBe(true)
  expect(isShipped(join(`${folder}-of-mine`, 'mesh.json'), folder)).toBe(false)
  expect(isShipped(join(folder, '..mine', 'mesh.json'), folder)).toBe(false)
})
