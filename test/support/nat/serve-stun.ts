/** STUN servers on the addresses that are named, until they are killed; says so in a line. */
import { StunServer } from '../../../node/network-node/stun/stun-server.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'

const [port, ...ips] = process.argv.slice(2)
for (const ip of ips) await StunServer.start({ clock: systemClock, ip, port: Number(port) })
console.log('up')
// Sockets of STUN keep no process alive.
setInterval(() => undefined, 2 ** 30)
