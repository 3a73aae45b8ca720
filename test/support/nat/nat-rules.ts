/** Routers of homes and providers as nftables rules: how they map and what they let in, in the words of RFC 4787. */

/**
 * - `fullCone`: one port for all, open to anybody
 * - `restrictedCone`: one port for all, open to machines that were spoken with
 * - `home`: one port for all, open only to the port that was spoken with
 * - `symmetric`: a port of its own for everybody that is spoken with, and open to nobody else
 */
export type RouterKind = 'fullCone' | 'restrictedCone' | 'home' | 'symmetric'

/** As long as routers keep a port that nothing goes through; a test is over sooner. */
const KEPT = '300s'

/**
 * @param wan the interface to the internet, and its address
 * @returns a whole ruleset for `nft -f -`
 */
export function routerRules(kind: RouterKind, wan: { readonly interface: string; readonly ip: string }): string {
  const isCone = kind !== 'symmetric'
  return `
    flush ruleset
    table ip router {
      map inside { type inet_service : ipv4_addr . inet_service; flags dynamic,timeout; timeout ${KEPT}; size 65536; }
      # By the port that spoke: another one of the same machine lets nobody in for it (RFC 4787, 5).
      set spokenWith { type inet_service . ipv4_addr; flags dynamic,timeout; timeout ${KEPT}; size 65536; }
      chain prerouting {
        type nat hook prerouting priority dstnat;
        ${isCone ? `iifname ${wan.interface} meta l4proto udp dnat ip to udp dport map @inside` : ''}
      }
      chain postrouting {
        type nat hook postrouting priority srcnat;
        ${isCone ? `oifname ${wan.interface} meta l4proto udp update @inside { udp sport : ip saddr . udp sport }` : ''}
        oifname ${wan.interface} ${isCone ? `snat to ${wan.ip}` : 'masquerade random,fully-random'}
      }
      chain forward {
        type filter hook forward priority filter; policy drop;
        oifname ${wan.interface} meta l4proto udp update @spokenWith { udp sport . ip daddr }
        oifname ${wan.interface} accept
        ct state established,related accept
        ${kind === 'fullCone' ? `iifname ${wan.interface} ct status dnat accept` : ''}
        ${kind === 'restrictedCone' ? `iifname ${wan.interface} ct status dnat udp dport . ip saddr @spokenWith accept` : ''}
      }
      chain input {
        type filter hook input priority filter; policy accept;
        # A router that says that nobody is there ends what it knows of a connection, and the punch with it.
        iifname ${wan.interface} ct state new,invalid drop
      }
    }
  `
}
