/** The network that an address lies in: whoever has one address of it cheaply has them all. */
import { isPrivate } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'

/** `4/203.0.113`, `6/2001:db8:7`, a name as it stands; `undefined` for a private address, which says nothing of that kind. */
export function networkPrefix(address: Multiaddr): string | undefined {
  const [first] = address.getComponents()
  const { name, value = '' } = first ?? {}
  switch (name) {
    case 'ip4':
      return isPrivate(address) ? undefined : `4/${value.split('.').slice(0, 3).join('.')}`
    case 'ip6':
      return isPrivate(address) ? undefined : `6/${first48(value)}`
    default:
      return `${name}/${value}`
  }
}

/** The first three words of an IPv6 address, however it is written. */
function first48(ip: string): string {
  const [head = '', tail] = ip.split('::')
  const words = (text: string): string[] => (text === '' ? [] : text.split(':'))
  const left = words(head)
  const right = words(tail ?? '')
  const gap = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  return [...left, ...new Array<string>(gap).fill('0'), ...right]
    .slice(0, 3)
    .map((word) => Number.parseInt(word, 16).toString(16))
    .join(':')
}
