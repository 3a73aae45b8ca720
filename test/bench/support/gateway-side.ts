/** A door and a client with its gateway, as `aitbc start --gateway`; the miner is a process of its own. Argument: model path. */
import { readFileSync } from 'node:fs'
import { apiKeyPath } from '../../../node/gateway/api-key.ts'
import { serveParent } from './child.ts'
import { startMeshSide } from './mesh-side.ts'

const [path] = process.argv.slice(2)
const mesh = await startMeshSide(path!, 1, { gateway: 0, gatewayBudget: '1000000' })
const { gateway, settings } = mesh.client
const key = readFileSync(apiKeyPath(settings.dataFolder), 'utf8').trim()
serveParent({ url: gateway!.url, key }, async () => mesh[Symbol.asyncDispose]())
