/** What this machine is behind, by the STUN servers that are named, as a line of JSON. */
import { ipBytes } from '../../../node/network-node/stun/ip-bytes.ts'
import { lookAtNat } from '../../../node/network-node/stun/look-at-nat.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'

const [port, ...ips] = process.argv.slice(2)
const servers = ips.map((ip) => ({ ip: ipBytes(ip)!, port: Number(port) }))
// The timers of the clock keep no process alive either.
const alive = setInterval(() => undefined, 2 ** 30)
console.log(JSON.stringify(await lookAtNat(servers, { clock: systemClock, random: systemRandom })))
clearInterval(alive)
