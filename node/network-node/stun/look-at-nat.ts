/** Finds out by STUN servers what kind of NAT this machine is behind (protocols/rules/nat). */
import { networkInterfaces } from 'node:os'
import { equalBytes } from '../../../protocols/kernel/bytes.ts'
import {
  type FilteringSeen,
  filteringOf,
  mappingOf,
  type NatMapping,
  type NatType,
} from '../../../protocols/rules/nat/nat-type.ts'
import type { StunEndpoint, StunResponse } from '../../../protocols/stun/stun-message.ts'
import { ipText } from './ip-bytes.ts'
import { type StunNeeds, StunSocket } from './stun-socket.ts'

/** Two say what there is to say; further ones stand in for those that are away, or lie. */
export const STUN_SERVERS_MAX = 4

export interface NatLook extends NatType {
  /** Of this machine, as the most servers saw it; absent where none answered. */
  readonly publicIp?: string
  /** How many of those that were asked answered. */
  readonly answered: number
}

interface Answered {
  readonly server: StunEndpoint
  readonly response: StunResponse
}

/**
 * @param servers of different machines; the first {@link STUN_SERVERS_MAX} are asked
 * @throws the signal's reason; NodeJS.ErrnoException where this machine opens no socket
 */
export async function lookAtNat(servers: readonly StunEndpoint[], needs: StunNeeds): Promise<NatLook> {
  const asked = servers.slice(0, STUN_SERVERS_MAX)
  await using socket = await StunSocket.open(needs)
  const answers = (await Promise.all(asked.map((server) => askPlainly(socket, server)))).filter(
    (answer) => answer !== undefined,
  )
  const mapping = await lookAtMapping(socket, answers)
  const filtering = filteringOf(await lookAtFilter(answers, needs))
  const publicIp = mostSeen(answers.map(({ response }) => ipText(response.mapped.ip)))
  return { mapping, filtering, ...(publicIp === undefined ? {} : { publicIp }), answered: answers.length }
}

async function askPlainly(socket: StunSocket, server: StunEndpoint): Promise<Answered | undefined> {
  const heard = await socket.ask(server)
  if (heard?.message.kind !== 'response' || !isSame(heard.from, server)) return undefined
  return { server, response: heard.message }
}

async function lookAtMapping(socket: StunSocket, answers: readonly Answered[]): Promise<NatMapping | undefined> {
  const own = ownIps().map((ip) => `${ip}:${socket.port}`)
  const byServer = new Map(answers.map(({ server, response }) => [ipText(server.ip), textOf(response.mapped)]))
  const first = mappingOf({ own, byServer })
  const withTwoPorts = answers.find(({ response }) => response.other !== undefined)
  if (first === 'none' || first === 'endpoint-independent' || withTwoPorts === undefined) return first
  const { server, response } = withTwoPorts
  const again = await askPlainly(socket, { ip: server.ip, port: response.other!.port })
  if (again === undefined) return first
  return mappingOf({
    own,
    byServer,
    bySecondPort: { server: ipText(server.ip), mapped: textOf(again.response.mapped) },
  })
}

/** From a fresh port one server is asked; then the others send there unasked. */
async function lookAtFilter(answers: readonly Answered[], needs: StunNeeds): Promise<FilteringSeen> {
  const one = answers.find(({ response }) => response.other !== undefined)
  const other = answers.find(({ server }) => one !== undefined && !equalBytes(server.ip, one.server.ip))
  if (one === undefined) return { fromOtherServer: undefined, fromSecondPort: undefined }
  await using fresh = await StunSocket.open(needs)
  const mapped = (await askPlainly(fresh, one.server))?.response.mapped
  // In this order: who has sent to a server has let it in.
  const fromOtherServer =
    mapped === undefined || other === undefined ? undefined : await comesFrom(other.server, mapped, fresh, needs)
  const fromSecondPort = mapped === undefined ? undefined : await comesFromSecondPort(one, fresh)
  return { fromOtherServer, fromSecondPort }
}

async function comesFrom(
  server: StunEndpoint,
  mapped: StunEndpoint,
  fresh: StunSocket,
  needs: StunNeeds,
): Promise<boolean | undefined> {
  await using asking = await StunSocket.open(needs)
  const plain = await askPlainly(asking, server)
  // It answers to the machine that asks, and that is another one where a provider spreads a home over several addresses.
  if (plain === undefined || !equalBytes(plain.response.mapped.ip, mapped.ip)) return undefined
  const heard = await asking.ask(server, { responsePort: mapped.port, heardBy: fresh })
  if (heard === undefined) return false
  // A refusal, or an answer to who asked: this server does not know how to answer to another port.
  return heard.by === fresh && equalBytes(heard.from.ip, server.ip) ? true : undefined
}

async function comesFromSecondPort({ server }: Answered, fresh: StunSocket): Promise<boolean | undefined> {
  const heard = await fresh.ask(server, { changePort: true })
  if (heard === undefined) return false
  if (heard.message.kind !== 'response') return undefined
  // From the port that was asked it says nothing.
  return equalBytes(heard.from.ip, server.ip) && heard.from.port !== server.port ? true : undefined
}

const isSame = (a: StunEndpoint, b: StunEndpoint): boolean => a.port === b.port && equalBytes(a.ip, b.ip)
const textOf = ({ ip, port }: StunEndpoint): string => `${ipText(ip)}:${port}`

const ownIps = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((each = []) =>
    each.filter(({ family }) => family === 'IPv4').map(({ address }) => address),
  )

function mostSeen(texts: readonly string[]): string | undefined {
  const count = (text: string): number => texts.filter((each) => each === text).length
  return texts.toSorted((a, b) => count(b) - count(a))[0]
}
