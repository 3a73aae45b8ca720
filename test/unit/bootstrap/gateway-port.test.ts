import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { gatewayPort } from '../../../bootstrap/localnet/gateway-port.ts'

test('the gateway of the local network takes its usual port, or a free one where another program has that', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await gatewayPort(port)).toBe(0)
  server.close()
  await once(server, 'close')
  expect(await gatewayPort(port)).toBe(port)
})
