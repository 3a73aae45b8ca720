/** A miner on a machine with a card, as others find it: the card is told of, and not offered while the processor runs the models. */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestnet } from '../../../bootstrap/localnet/create-testnet.ts'
import { signingDomain } from '../../../protocols/statements/struct-hash.ts'
import { profileKey, profileSpace } from '../../../protocols/wire/profile/profile.ts'
import { recorded } from '../../support/recordings/recorded-machine.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

let nodes: AsyncDisposableStack
const path = process.env.PATH
beforeEach(() => {
  nodes = new AsyncDisposableStack()
})
afterEach(async () => {
  process.env.PATH = path
  await nodes.disposeAsync()
})

test.skipIf(process.platform === 'win32')('its profile lists the card, and its offer is of the processor', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'log.xml'), recorded('nvidia-smi/xml/rtx-3060-v12.xml'))
  const tool = join(folder, 'nvidia-smi')
  writeFileSync(tool, `#!/bin/sh\n[ "$1" = -q ] && cat ${join(folder, 'log.xml')}\n`)
  chmodSync(tool, 0o755)
  process.env.PATH = `${folder}:${path}`

  const { network, client, miners } = nodes.use(await createTestnet(1, { folder: join(folder, 'net') }))
  const domain = signingDomain({ networkId: network.networkId, chainId: BigInt(network.chainId) }, crypto)
  const found = await client.mesh.getRecord(profileSpace(domain), profileKey(miners[0]!.operator!))
  expect(found?.body?.gpus).toMatchObject([
    { model: 'NVIDIA GeForce RTX 3060', platform: 'CUDA 12.8', architecture: 'ampere' },
    { platform: 'CPU' },
  ])
  expect(found?.body?.gpuClass).toBe('cpu')
  expect(miners[0]!.miner!.board.published().map(({ body }) => body.gpuClass)).toEqual(['cpu'])
  expect(miners[0]!.cards.report().cards[0]).toMatchObject({
    name: 'NVIDIA GeForce RTX 3060',
    reading: expect.anything(),
  })
})
