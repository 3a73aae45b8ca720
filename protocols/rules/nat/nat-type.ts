/**
 * What kind of NAT a machine is behind, from what STUN servers say of its packets: how it maps (RFC 4787, 4.1) and what it lets in (5).
 * Which pairs of machines can reach each other without a relay follows from that.
 */

/** `none`: packets leave under the machine's own address. */
export type NatMapping = 'none' | 'endpoint-independent' | 'address-dependent' | 'address-and-port-dependent'
/** Whose packets come in to a port from which something was sent: anybody's, those of the same machine, of the same port there. */
export type NatFiltering = 'endpoint-independent' | 'address-dependent' | 'address-and-port-dependent'

export interface NatType {
  /** `undefined` where it could not be found out. */
  readonly mapping: NatMapping | undefined
  readonly filtering: NatFiltering | undefined
}

/** An endpoint as text: only whether two are the same counts here. */
type EndpointText = string

/** How one socket of this machine was seen. */
export interface MappingSeen {
  /** Where the socket is, as this machine knows it; several where it listens on all its addresses. */
  readonly own: readonly EndpointText[]
  /** By the address of the server; of servers that did not answer nothing. */
  readonly byServer: ReadonlyMap<string, EndpointText>
  /** By the second port of one of these servers. */
  readonly bySecondPort?: { readonly server: string; readonly mapped: EndpointText }
}

/**
 * One server that lies can hide that a NAT maps always alike, where there are but two; it cannot make one appear that does: for that two
 * servers would have to tell the same lie.
 */
export function mappingOf({ own, byServer, bySecondPort }: MappingSeen): NatMapping | undefined {
  const seen = [...byServer.values()]
  const agreed = seen.find((mapped, i) => seen.indexOf(mapped) !== i)
  // What this machine calls itself, nobody behind a NAT of it could know.
  if (seen.length > 0 && (agreed === undefined ? seen : [agreed]).every((mapped) => own.includes(mapped))) return 'none'
  if (agreed !== undefined) return 'endpoint-independent'
  const isAlikeByPort = bySecondPort === undefined || byServer.get(bySecondPort.server) === bySecondPort.mapped
  if (seen.length < 2) return isAlikeByPort ? undefined : 'address-and-port-dependent'
  return isAlikeByPort && bySecondPort !== undefined ? 'address-dependent' : 'address-and-port-dependent'
}

/** What came in to a port from which one server had been asked; `undefined` where that was not, or could not be, looked at. */
export interface FilteringSeen {
  readonly fromOtherServer: boolean | undefined
  readonly fromSecondPort: boolean | undefined
}

export function filteringOf({ fromOtherServer, fromSecondPort }: FilteringSeen): NatFiltering | undefined {
  if (fromOtherServer === true) return 'endpoint-independent'
  if (fromSecondPort === true) return fromOtherServer === false ? 'address-dependent' : undefined
  return fromOtherServer === false && fromSecondPort === false ? 'address-and-port-dependent' : undefined
}

/** A new port for every machine it speaks with: nobody can be told beforehand where it will be. */
export const isSymmetric = ({ mapping }: NatType): boolean =>
  mapping === 'address-dependent' || mapping === 'address-and-port-dependent'

/**
 * Whether two machines that both send to where the other was last seen come through to each other. Where one's port is not known beforehand
 * the other must let in what comes from any port of that machine. Symmetric routers that let anybody in are not provided for: none is known.
 * `undefined` where too little is known of one of them.
 */
export function canPunch(a: NatType, b: NatType): boolean | undefined {
  if (a.mapping === undefined || b.mapping === undefined) return undefined
  if (!isSymmetric(a) && !isSymmetric(b)) return true
  if (isSymmetric(a) && isSymmetric(b)) return false
  const { filtering } = isSymmetric(a) ? b : a
  return filtering === undefined ? undefined : filtering !== 'address-and-port-dependent'
}
