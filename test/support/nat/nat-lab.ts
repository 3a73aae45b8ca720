/** An internet of one switch, with homes behind routers: real packets, real NAT, one machine. */
import { existsSync } from 'node:fs'
import { type RouterKind, routerRules } from './nat-rules.ts'
import { NetworkNamespace, run } from './network-namespace.ts'

/** Addresses that nobody takes for private ones: what libp2p thinks of 10/8 or 100.64/10 is part of what is tested. */
const INTERNET = '11.0.0'
/** Of servers: two machines, as far as their addresses go. */
export const SERVERS = [`${INTERNET}.1`, `${INTERNET}.2`] as const

export interface Home {
  readonly machine: NetworkNamespace
  /** Its routers, the one at the machine first. */
  readonly routers: readonly NetworkNamespace[]
  /** Of the last router: what the internet sees. */
  readonly publicIp: string
}

export class NatLab implements Disposable {
  /** Where the servers run. */
  readonly internet: NetworkNamespace
  readonly #owned = new DisposableStack()
  /** Side by side with other laboratories of this machine. */
  readonly #prefix = `${PREFIX}${process.pid}-${++laboratories}`
  #homes = 0

  constructor() {
    removeLeftOver()
    this.internet = this.#owned.use(new NetworkNamespace(`${this.#prefix}-inet`))
    this.internet.ip('link', 'add', 'switch', 'type', 'bridge')
    for (const ip of SERVERS) this.internet.ip('address', 'add', `${ip}/24`, 'dev', 'switch')
    this.internet.ip('link', 'set', 'switch', 'up')
  }

  /** A machine in the internet itself, with an address of its own. */
  open(): Home {
    const number = ++this.#homes
    const machine = this.#owned.use(new NetworkNamespace(`${this.#prefix}-open${number}`))
    const publicIp = this.#connect(machine, number)
    return { machine, routers: [], publicIp }
  }

  /** @param kinds of its routers, the one at the machine first; more than one where the provider has a NAT of its own */
  home(...kinds: readonly [RouterKind, ...RouterKind[]]): Home {
    const number = ++this.#homes
    const machine = this.#owned.use(new NetworkNamespace(`${this.#prefix}-home${number}`))
    const routers = kinds.map((_, i) => this.#owned.use(new NetworkNamespace(`${this.#prefix}-nat${number}-${i}`)))
    let inside = machine
    for (const [i, router] of routers.entries()) {
      // The second is the provider's: its customers have addresses that are set aside for that (RFC 6598).
      const net = i === 0 ? `192.168.${number}` : `100.64.${number}`
      cable([inside, 'wan'], [router, 'lan'])
      inside.ip('address', 'add', `${net}.2/24`, 'dev', 'wan')
      router.ip('address', 'add', `${net}.1/24`, 'dev', 'lan')
      for (const [end, name] of [
        [inside, 'wan'],
        [router, 'lan'],
      ] as const)
        end.ip('link', 'set', name, 'up')
      inside.ip('route', 'add', 'default', 'via', `${net}.1`)
      router.run('sysctl', ['-q', '-w', 'net.ipv4.ip_forward=1'])
      if (i > 0) this.#rule(inside, kinds[i - 1]!, `${net}.2`)
      inside = router
    }
    const publicIp = this.#connect(inside, number)
    this.#rule(inside, kinds.at(-1)!, publicIp)
    return { machine, routers, publicIp }
  }

  #rule(router: NetworkNamespace, kind: RouterKind, ip: string): void {
    router.run('nft', ['-f', '-'], routerRules(kind, { interface: 'wan', ip }))
  }

  /** @returns its address in the internet */
  #connect(machine: NetworkNamespace, number: number): string {
    const ip = `${INTERNET}.${100 + number}`
    const port = `port${number}`
    cable([machine, 'wan'], [this.internet, port])
    this.internet.ip('link', 'set', port, 'master', 'switch')
    this.internet.ip('link', 'set', port, 'up')
    machine.ip('address', 'add', `${ip}/24`, 'dev', 'wan')
    machine.ip('link', 'set', 'wan', 'up')
    return ip
  }

  [Symbol.dispose](): void {
    this.#owned.dispose()
  }
}

const PREFIX = 'aitbc-nat-'
let laboratories = 0

/** Of a laboratory whose process was killed nothing else takes the namespaces away. */
function removeLeftOver(): void {
  for (const line of run('ip', ['netns', 'list']).split('\n')) {
    const [, name, pid] = /^(aitbc-nat-(\d+)-\S+)/.exec(line) ?? []
    if (name !== undefined && !existsSync(`/proc/${pid}`)) NetworkNamespace.remove(name)
  }
}

type End = readonly [place: NetworkNamespace, name: string]

const cable = ([one, name]: End, [other, itsName]: End): void =>
  one.ip('link', 'add', name, 'type', 'veth', 'peer', 'name', itsName, 'netns', other.name)
