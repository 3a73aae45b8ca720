/** What the NAT means that a machine is behind, and what to do about it. */
import { isSymmetric } from '../../protocols/rules/nat/nat-type.ts'
import type { AsJson } from '../control/as-json.ts'
import type { NatFacts } from '../control/methods/net-method.ts'
import { type Finding, ok, warn } from './check.ts'

export function natFinding(nat: AsJson<NatFacts> | null): Finding {
  if (nat === null) return ok('not looked at: no STUN server is named (stunServers)')
  const { mapping, filtering, publicIp, asked, answered } = nat
  if (answered === 0)
    return warn(
      `none of ${asked} STUN servers answers`,
      'Where others answer by TCP, let UDP out through the firewall.',
    )
  const seen = `seen as ${publicIp} by ${answered} of ${asked} STUN servers`
  if (mapping === null) return ok(`${seen}; two of different machines tell its kind`)
  if (mapping === 'none') {
    if (filtering === 'endpoint-independent') return ok(`none: packets leave and come in as they are; ${seen}`)
    return ok(filtering === null ? `none; ${seen}` : `none, but a firewall ${LETS_IN[filtering]}; ${seen}`)
  }
  const open = filtering === null ? 'who may answer is not known' : LETS_IN[filtering]
  if (isSymmetric({ mapping, filtering: filtering ?? undefined }))
    return warn(`symmetric, a port for each that it speaks with; ${open}; ${seen}`, SYMMETRIC)
  return ok(`one port for all that it speaks with; ${open}; ${seen}`)
}

const LETS_IN = {
  'endpoint-independent': 'lets anybody in (full cone)',
  'address-dependent': 'lets machines in that it speaks with',
  'address-and-port-dependent': 'lets only those in that it speaks with',
} as const

const SYMMETRIC =
  'Others reach this machine over relays. A port that the router forwards to it helps, or a router that maps alike (its setting may be called full cone, or open NAT).'
