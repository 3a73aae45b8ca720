/** Starts a development chain in the folder of its first argument, in the manner of the second, says where, and stays. */
import { EmbeddedChain } from '../../../bootstrap/localnet/embedded-chain.ts'

const [folder, orphans] = process.argv.slice(2)
const chain = await EmbeddedChain.start({ folder: folder!, orphans: orphans as 'signal' | 'lifeline' })
process.stdout.write(`${JSON.stringify({ pid: chain.pid, url: chain.url })}\n`)
setInterval(() => undefined, 60_000)
