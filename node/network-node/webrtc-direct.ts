/** WebRTC without a relay or certificate authority: how browsers reach a node. A module of its own, for it loads a native library. */
import type { Transport } from '@libp2p/interface'
import { webRTCDirect } from '@libp2p/webrtc'

/** @param stunServers `stun:host:port` of our own; none where offline: only addresses of this machine's interfaces are found then */
export function webRtcDirectTransport(stunServers: readonly string[]): (components: never) => Transport {
  return webRTCDirect({ rtcConfiguration: { iceServers: stunServers.map((urls) => ({ urls: [urls] })) } }) as (
    components: never,
  ) => Transport
}
