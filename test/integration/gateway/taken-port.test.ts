import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { createTestnet } from '../../../bootstrap/localnet/create-testnet.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

test('a local network whose gateway’s port is taken at the last moment starts with another one', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const free = [port, 0]
  const client = async () => ({ gateway: free.shift() })
  await using net = await createTestnet(0, { folder: temporaryFolder(), client })
  expect(net.client.gateway?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(free).toEqual([])
  server.close()
})
